import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { startRunnel, type TestRunnel } from '@runnel/testing';

import { Client, registerUser } from '../../support/client';
import { deployWebhook, expectStatus, sendWebhook } from '../../support/deployed-webhook';
import { EchoServer } from '../../support/echo-server';
import { findInSystem } from '../../support/find-in-system';
import { graph } from '../../support/graphs';
import { OAuthProviderServer } from '../../support/oauth-provider';

interface Connection {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

const KEY = 'sk-e5-key-0123456789';
const MISSING = `conn_${'0'.repeat(26)}`;

describe('E.5 connections, E.1 GitHub', () => {
  let runnel: TestRunnel;
  let provider: OAuthProviderServer;
  let echo: EchoServer;
  let client: Client;
  let stranger: Client;

  beforeAll(async () => {
    [provider, echo] = await Promise.all([OAuthProviderServer.start(), EchoServer.start()]);
    const { origin, clientId, clientSecret } = provider;
    runnel = await startRunnel({
      env: {
        RUNNEL_RATE_LIMITS: 'off',
        RUNNEL_EGRESS_ALLOW: '127.0.0.0/8',
        RUNNEL_GITHUB_CLIENT_ID: clientId,
        RUNNEL_GITHUB_CLIENT_SECRET: clientSecret,
        RUNNEL_GITHUB_URL: origin,
        RUNNEL_GITHUB_API_URL: origin,
        RUNNEL_OAUTH_PROVIDERS: JSON.stringify([
          {
            id: 'acme',
            displayName: 'Acme',
            authorizeUrl: `${origin}/authorize?tenant=1`,
            tokenUrl: `${origin}/token`,
            clientId,
            clientSecret,
            scopes: ['read', 'write'],
            allowedHosts: [origin],
            testUrl: `${origin}/me`,
          },
        ]),
      },
    });
    client = await registerUser(runnel.baseUrl, 'ada@example.com');
    stranger = await registerUser(runnel.baseUrl, 'eve@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
    await Promise.all([provider?.stop(), echo?.stop()]);
  });

  const createKey = (body: object, status = 201) =>
    expectStatus(client.post<Connection>('/api/connections/api-key', body), status);

  /** Runs a request with the connection once, and gives what came back to the pattern. */
  async function callWith(connection: string, url: string, headers: object = {}): Promise<string> {
    const webhook = await deployWebhook(
      client,
      graph(
        [
          { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'lastNode' } } },
          { id: 'try', type: 'TryCatch' },
          {
            id: 'call',
            type: 'HttpRequest',
            data: { defaults: { url, headers }, properties: { connection } },
          },
          { id: 'caught', type: 'RespondWith' },
        ],
        [
          'hook.exec -> try.exec',
          'try.try -> call.exec',
          'try.catch -> caught.exec',
          'try.error -> caught.value',
        ],
      ),
    );
    return JSON.stringify((await sendWebhook(runnel.baseUrl, webhook, {})).body);
  }

  describe('POST /api/connections/api-key', () => {
    it('answers 201 with the connection and no key, which becomes a secret in all environments', async () => {
      const staging = await expectStatus(
        client.post<{ data: { id: string } }>('/api/environments', { name: 'staging' }),
        201,
      );
      const { body } = await createKey({ provider: 'github', apiKey: KEY });
      expect(body).toEqual({
        id: expect.stringMatching(/^conn_[0-9a-z]{26}$/) as unknown,
        provider: 'github',
        displayName: 'github',
        type: 'api_key',
        status: 'active',
        allowedHosts: ['api.github.com'],
        auth: { scheme: 'bearer' },
        createdAt: expect.any(String) as unknown,
        updatedAt: expect.any(String) as unknown,
      });
      const later = await expectStatus(
        client.post<{ data: { id: string } }>('/api/environments', { name: 'later' }),
        201,
      );
      for (const id of [staging.body.data.id, later.body.data.id]) {
        const secrets = await client.get(`/api/environments/${id}/secrets`);
        expect(secrets.body).toMatchObject({ data: [{ name: 'GITHUB_API_KEY' }] });
      }
      await expectStatus(client.send('DELETE', `/api/connections/${body.id}`), 204);
      const left = await client.get(`/api/environments/${staging.body.data.id}/secrets`);
      expect(left.body).toMatchObject({ data: [] });
    });

    it.each([
      [{}, 'VALIDATION'],
      [{ provider: 'x' }, 'VALIDATION'],
      [{ provider: 'x', apiKey: 'abc' }, 'VALIDATION'],
      [{ provider: 'x', apiKey: 'two\nlines of text' }, 'VALIDATION'],
      [{ provider: 'x', apiKey: KEY, allowedHosts: ['https://a.example/path'] }, 'VALIDATION'],
      [{ provider: 'x', apiKey: KEY, allowedHosts: ['*.com'] }, 'VALIDATION'],
      [{ provider: 'x', apiKey: KEY, auth: { scheme: 'header', header: 'Host' } }, 'VALIDATION'],
      [{ provider: 'x', apiKey: KEY, auth: { scheme: 'digest' } }, 'VALIDATION'],
      [{ provider: 'x', apiKey: KEY, secret: true }, 'VALIDATION'],
    ])('refuses %j', async (body, code) => {
      const answer = await client.post('/api/connections/api-key', body);
      expect([answer.status, answer.body['code']]).toEqual([400, code]);
      expect(answer.body).toMatchObject({ success: false, error: expect.any(String) as unknown });
      expect(JSON.stringify(answer.body)).not.toContain(KEY);
    });
  });

  describe('GET, PATCH, DELETE /api/connections/:id', () => {
    let id: string;
    beforeAll(async () => {
      const { body } = await createKey({ provider: 'thing', apiKey: KEY, displayName: 'Mine' });
      id = body.id;
    });

    it('lists as a bare array and shows one without an envelope', async () => {
      const list = await client.get<Connection[]>('/api/connections');
      expect(list.body).toMatchObject([{ id, displayName: 'Mine', allowedHosts: [] }]);
      const one = await client.get<Connection>(`/api/connections/${id}`);
      expect(one.body).toEqual(list.body[0]);
      expect(JSON.stringify(list.body)).not.toContain(KEY);
    });

    it('changes the name freely, and where the key goes only with the key', async () => {
      const renamed = await client.send<Connection>('PATCH', `/api/connections/${id}`, {
        displayName: 'Ours',
      });
      expect([renamed.status, renamed.body['displayName']]).toEqual([200, 'Ours']);
      const moved = await client.send('PATCH', `/api/connections/${id}`, {
        allowedHosts: ['evil.example'],
      });
      expect([moved.status, moved.body['code']]).toEqual([400, 'VALIDATION']);
      const known = await client.send<Connection>('PATCH', `/api/connections/${id}`, {
        allowedHosts: ['API.Example.com'],
        apiKey: 'another-key-of-it',
      });
      expect(known.body['allowedHosts']).toEqual(['api.example.com']);
      const fields = await client.send('PATCH', `/api/connections/${id}`, { fields: { a: 'b' } });
      expect(fields.status).toBe(400);
    });

    it('of another project does not exist, like one that never was', async () => {
      for (const [who, which] of [
        [stranger, id],
        [client, MISSING],
        [client, 'nonsense'],
      ] as const) {
        const path = `/api/connections/${which}`;
        for (const answer of [
          await who.get(path),
          await who.send('PATCH', path, { displayName: 'x' }),
          await who.send('DELETE', path),
          await who.post(`${path}/test`, {}),
        ]) {
          expect([answer.status, answer.body]).toEqual([
            404,
            { success: false, error: 'Connection not found', code: 'CONNECTION_NOT_FOUND' },
          ]);
        }
      }
      expect((await stranger.get<Connection[]>('/api/connections')).body).toEqual([]);
      expect((await new Client(runnel.baseUrl).get('/api/connections')).status).toBe(401);
    });

    it('is gone after a delete', async () => {
      expect((await client.send('DELETE', `/api/connections/${id}`)).status).toBe(204);
      expect((await client.get(`/api/connections/${id}`)).status).toBe(404);
    });
  });

  describe('POST /api/connections/multi-field', () => {
    it('sends user and token as basic authentication, to the host of its own address', async () => {
      const { body } = await expectStatus(
        client.post<Connection>('/api/connections/multi-field', {
          provider: 'jira',
          fields: { email: 'a@b.example', apiToken: 'jira-token-77', url: 'https://x.example/a' },
        }),
        201,
      );
      expect(body).toMatchObject({
        type: 'multi_field',
        allowedHosts: ['x.example'],
        auth: { scheme: 'basic', usernameField: 'email', passwordField: 'apiToken' },
        fields: ['email', 'apiToken', 'url'],
      });
      expect(JSON.stringify(body)).not.toContain('jira-token');
      const moved = await client.send<Connection>('PATCH', `/api/connections/${body.id}`, {
        fields: { email: 'a@b.example', apiToken: 'jira-token-77' },
        allowedHosts: [echo.origin],
      });
      expect(moved.status).toBe(200);
      const answer = await callWith(body.id, `${echo.origin}/basic`);
      const pair = Buffer.from('a@b.example:jira-token-77').toString('base64');
      expect(echo.seen.at(-1)?.headers.authorization).toBe(`Basic ${pair}`);
      expect(answer).toContain('Basic ***');
      expect(answer).not.toContain(pair);
    });

    it.each([
      { fields: {} },
      { fields: { note: 'no secret in it' } },
      { fields: { '1': 'x' } },
      {},
    ])('refuses %j', async (body) => {
      const answer = await client.post('/api/connections/multi-field', { provider: 'x', ...body });
      expect([answer.status, answer.body['code']]).toEqual([400, 'VALIDATION']);
    });
  });

  describe('HttpRequest with a connection', () => {
    it('puts the key where the connection says, over what the pattern says', async () => {
      const { body } = await createKey({
        provider: 'own',
        apiKey: KEY,
        seedSecret: false,
        allowedHosts: [echo.origin],
        auth: { scheme: 'header', header: 'X-Key', prefix: 'Key ' },
      });
      const answer = await callWith(body.id, `${echo.origin}/own`, { 'X-Key': 'mine' });
      expect(echo.seen.at(-1)?.headers['x-key']).toBe(`Key ${KEY}`);
      expect(answer).toContain('Key ***');

      echo.redirectTo = `${echo.origin.replace('127.0.0.1', 'localhost')}/elsewhere`;
      await callWith(body.id, `${echo.origin}/away`);
      expect(echo.seen.at(-2)?.headers['x-key']).toBe(`Key ${KEY}`);
      expect(echo.seen.at(-1)).toMatchObject({ path: '/elsewhere' });
      expect(echo.seen.at(-1)?.headers['x-key']).toBeUndefined();
    });

    it('sends nothing to a host that is not listed, nor without TLS, nor with a connection that is not there', async () => {
      const nowhere = await createKey({ provider: 'own', apiKey: KEY, seedSecret: false });
      const tls = await createKey({
        provider: 'own',
        apiKey: KEY,
        seedSecret: false,
        allowedHosts: [echo.origin.replace('http://', '')],
      });
      const foreign = await expectStatus(
        stranger.post<Connection>('/api/connections/api-key', {
          provider: 'own',
          apiKey: KEY,
          allowedHosts: [echo.origin],
        }),
        201,
      );
      const before = echo.seen.length;
      for (const id of [nowhere.body.id, tls.body.id]) {
        expect(await callWith(id, echo.origin)).toContain('may not be sent to this host');
      }
      for (const id of [foreign.body.id, MISSING]) {
        expect(await callWith(id, echo.origin)).toContain('Connection not found');
      }
      expect(echo.seen).toHaveLength(before);
    });
  });

  describe('POST /api/connections/:id/test', () => {
    it('says whether the key is accepted, and notes it', async () => {
      const { body } = await createKey({
        provider: 'tested',
        apiKey: KEY,
        allowedHosts: [echo.origin],
      });
      const test = async (path?: string) =>
        (
          await client.post(`/api/connections/${body.id}/test`, {
            ...(path !== undefined && { url: `${echo.origin}${path}` }),
          })
        ).body;
      const status = async () =>
        (await client.get<Connection>(`/api/connections/${body.id}`)).body.status;
      expect(await test('/status/401')).toMatchObject({ success: false, status: 401 });
      expect(await status()).toBe('invalid');
      expect(await test('/status/500')).toMatchObject({ success: false, status: 500 });
      expect(await status()).toBe('invalid');
      expect(await test('/fine')).toEqual({ success: true, message: 'answered 200', status: 200 });
      expect(await status()).toBe('active');
      expect(await test()).toMatchObject({ success: true });
      const elsewhere = await client.post(`/api/connections/${body.id}/test`, {
        url: 'http://127.0.0.1:1/',
      });
      expect(elsewhere.body).toMatchObject({ success: false });
      const bodiless = await client.post(`/api/connections/${body.id}/test`);
      expect(bodiless.status).toBe(200);
    });
  });

  describe('GET /api/connections/oauth/:provider', () => {
    const start = async (who = client): Promise<string> =>
      (await expectStatus(who.get<{ url: string }>('/api/connections/oauth/acme/start'), 200)).body
        .url;
    const back = (callback: URL, who = client) =>
      who.get<Connection>(`${callback.pathname}${callback.search}`);

    it('connects an account, uses its token, renews it before it ends, and notices when it is taken back', async () => {
      const url = new URL(await start());
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        tenant: '1',
        response_type: 'code',
        client_id: provider.clientId,
        scope: 'read write',
        code_challenge_method: 'S256',
      });
      provider.lifeSeconds = 30; // less than a token must have left: due at once
      const made = await back(provider.agree(url.href).callback);
      expect(made.status).toBe(200);
      expect(made.body).toMatchObject({
        provider: 'acme',
        displayName: 'Acme',
        type: 'oauth',
        status: 'active',
        scopes: ['read', 'write'],
        allowedHosts: [provider.origin],
      });
      const before = provider.refreshes;
      provider.lifeSeconds = 3_600;
      // Many at once need one refresh: this provider ends the authorization at the second use of a refresh token.
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => callWith(made.body.id, `${provider.origin}/api`)),
      );
      for (const answer of answers) expect(answer).toContain('are known');
      expect(answers.join()).toContain('Bearer ***');
      expect(provider.refreshes).toBe(before + 1);
      const test = await client.post(`/api/connections/${made.body.id}/test`, {});
      expect(test.body).toMatchObject({ success: true, status: 200 });

      provider.lifeSeconds = 30;
      const second = await back(provider.agree(await start()).callback);
      provider.revoked = true;
      expect(await callWith(second.body.id, `${provider.origin}/api`)).toContain('connect again');
      const shown = await client.get<Connection>(`/api/connections/${second.body.id}`);
      expect(shown.body.status).toBe('expired');
      provider.revoked = false;
      provider.lifeSeconds = 3_600;
      expect(await findInSystem(runnel, provider.given)).toEqual([]);
    });

    it('takes a state once, from who began it, as it was', async () => {
      const { callback } = provider.agree(await start());
      expect((await back(callback, stranger)).body).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
      // A wrong hand has used it up.
      const again = await back(callback);
      expect([again.status, again.body['code']]).toEqual([400, 'OAUTH_STATE_INVALID']);

      const altered = provider.agree(await start()).callback;
      altered.searchParams.set('state', `${altered.searchParams.get('state') ?? ''}x`);
      expect((await back(altered)).body).toMatchObject({ code: 'OAUTH_STATE_INVALID' });

      const once = provider.agree(await start()).callback;
      expect((await back(once)).status).toBe(200);
      expect((await back(once)).body).toMatchObject({ code: 'OAUTH_STATE_INVALID' });
      expect((await back(once, new Client(runnel.baseUrl))).status).toBe(401);
    });

    it('says so when the user or the provider refuses', async () => {
      const state = (url: string): string => new URL(url).searchParams.get('state') ?? '';
      const path = '/api/connections/oauth/acme/callback';
      const refused = await client.get(
        `${path}?error=access_denied&state=${encodeURIComponent(state(await start()))}`,
      );
      expect([refused.status, refused.body['code']]).toEqual([401, 'OAUTH_FAILED']);
      expect(refused.body['error']).toContain('access_denied');
      const wrongCode = await client.get(
        `${path}?code=wrong&state=${encodeURIComponent(state(await start()))}`,
      );
      expect([wrongCode.status, wrongCode.body['code']]).toEqual([401, 'OAUTH_FAILED']);
      const unknown = await client.get('/api/connections/oauth/nobody/start');
      expect([unknown.status, unknown.body['code']]).toEqual([404, 'PROVIDER_NOT_FOUND']);
      expect((await client.get(path)).status).toBe(400);
    });
  });

  it('does what docs/secrets-and-connections.md says, word for word', async () => {
    const guide = readFileSync('docs/secrets-and-connections.md', 'utf8');
    const examples = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
    expect(examples.length).toBeGreaterThan(5);
    const before = echo.seen.length;
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-euo', 'pipefail', '-c', examples.join('\n')],
      {
        env: {
          PATH: process.env['PATH'],
          URL: runnel.baseUrl,
          TOKEN: runnel.apiKey,
          API: echo.origin,
        },
      },
    );
    expect(stdout).toContain('SIGNING_KEY');
    expect(stdout).not.toContain('an example, not a key');
    expect(stdout.match(/"status":"completed"/g)).toHaveLength(2);
    expect(
      echo.seen.slice(before).map(({ path, headers }) => [path, headers.authorization]),
    ).toEqual([
      ['/', 'Bearer an example, not a key'],
      ['/me', 'Bearer an example, not a key'],
    ]);
  });

  describe('E.1 POST /api/auth/github', () => {
    const logIn = (code: string) =>
      new Client(runnel.baseUrl).post<{
        token: string;
        data: { user: { id: string; email: string } };
        code?: string;
      }>('/api/auth/github', { code });

    it('is announced with the client id', async () => {
      const answer = await new Client(runnel.baseUrl).get('/api/auth/providers');
      expect(answer.body).toMatchObject({
        success: true,
        data: { local: true, github: true, githubClientId: provider.clientId },
      });
    });

    it('makes an account at the first login and finds it again, whatever the e-mail is by then', async () => {
      const first = await logIn(provider.githubCode());
      expect([first.status, first.body.data.user.email]).toEqual([200, 'octo@example.com']);
      const me = await new Client(runnel.baseUrl, first.body.token).get('/api/auth/me');
      expect(me.body).toMatchObject({ data: { firstName: 'Octo', lastName: 'Cat' } });
      provider.githubUser = { ...provider.githubUser, email: 'cat@example.com' };
      const second = await logIn(provider.githubCode());
      expect(second.body.data.user.id).toBe(first.body.data.user.id);
    });

    it('refuses a wrong code, an e-mail that is not verified, and one that has an account', async () => {
      expect((await logIn('wrong')).body).toMatchObject({ code: 'OAUTH_FAILED' });
      expect((await logIn('wrong')).status).toBe(401);
      provider.githubUser = {
        id: 2,
        login: 'b',
        name: null,
        email: 'b@x.example',
        verified: false,
      };
      expect((await logIn(provider.githubCode())).status).toBe(401);
      provider.githubUser = { ...provider.githubUser, verified: true, email: 'ada@example.com' };
      const taken = await logIn(provider.githubCode());
      expect([taken.status, taken.body.code]).toEqual([409, 'EMAIL_ALREADY_EXISTS']);
      expect((await logIn('')).status).toBe(400);
    });
  });
});
