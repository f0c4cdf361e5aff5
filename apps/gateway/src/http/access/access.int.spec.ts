import { hashApiKey, type Identity, newApiKey, PERMISSIONS } from '@runnel/auth';
import { DEFINITIONS_CHANGED } from '@runnel/messaging';
import { waitFor } from '@runnel/testing';
import fc from 'fast-check';

import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { send } from '../../testing/http';
import { startGateway } from '../../testing/start-gateway';

const PUBLIC_ROUTES = [
  'DELETE /api/webhooks/:webhookId',
  'DELETE /webhooks/:webhookId',
  'GET /api/auth/providers',
  'GET /api/webhooks/:webhookId',
  'GET /healthz',
  'GET /openapi.json',
  'GET /readyz',
  'GET /webhooks/:webhookId',
  'PATCH /api/webhooks/:webhookId',
  'PATCH /webhooks/:webhookId',
  'POST /api/auth/github',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'POST /api/auth/register',
  'POST /api/webhooks/:webhookId',
  'POST /webhooks/:webhookId',
  'PUT /api/webhooks/:webhookId',
  'PUT /webhooks/:webhookId',
];

describe('access', () => {
  let all: RunningGateway;

  beforeAll(async () => {
    all = await startAll();
  });

  afterAll(() => all?.stop());

  const routes = () =>
    all.gateway.inventory.routes.map((route) => ({
      ...route,
      name: `${route.method} ${route.url}`,
      path: route.url.replace(/:\w+/g, 'x'),
    }));

  it('is declared by every route, and public is what is listed here and nothing else', () => {
    expect(routes().filter(({ access }) => !access)).toEqual([]);
    const open = routes().filter(({ access }) => access?.kind === 'public');
    expect(open.map(({ name }) => name).sort()).toEqual(PUBLIC_ROUTES);
  });

  it('is refused to whoever shows no credential, at every other route', async () => {
    for (const { method, path, name, access } of routes()) {
      if (access?.kind === 'public') continue;
      const answer = await send(all.url + path, { method });
      expect([name, answer.status, answer.body['code']]).toEqual([name, 401, 'UNAUTHORIZED']);
    }
  });

  it('is refused to a credential without the permission, at every route that needs one', async () => {
    const { key, hash } = newApiKey();
    const powerless: Identity = { kind: 'api_key', id: 'key_0', project: 'prj_1', scopes: [] };
    all.services.answer('svc.deployments.resolve-api-key', ({ keyHash }) => ({
      identity: keyHash === hash ? powerless : null,
    }));
    for (const { method, path, name, access } of routes()) {
      if (access?.kind !== 'permission') continue;
      const answer = await send(all.url + path, { method, token: key });
      expect([name, answer.status, answer.body['code']]).toEqual([name, 403, 'FORBIDDEN']);
      expect(JSON.stringify(answer.body)).toContain(PERMISSIONS[access.command]);
    }
  });

  it('never comes from the text of a path', async () => {
    const guarded = routes().filter(({ access }) => access?.kind === 'permission');
    const piece = fc.constantFrom(
      '/healthz',
      '/health',
      '/providers',
      '/..',
      '%2f',
      ';/healthz',
      '/webhooks/x',
      '//',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...guarded),
        piece,
        fc.boolean(),
        async ({ method, path }, extra, isSuffix) => {
          const answer = await all.gateway.fastify.inject({
            method: method as 'GET',
            url: isSuffix ? path + extra : extra + path,
          });
          expect([400, 401, 404, 405]).toContain(answer.statusCode);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['nonsense', 'abc.def.ghi'],
    ['an unsigned token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.'],
    ['an empty bearer', ''],
    ['an unknown API key', newApiKey().key],
  ])('is refused to %s', async (_, token) => {
    const answer = await all.get('/api/nodes', token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is granted to a key in either header, and the service is asked for it once', async () => {
    const { key, hash } = newApiKey();
    const identity: Identity = { kind: 'api_key', id: 'key_1', project: 'prj_1', scopes: ['*'] };
    all.services.answer('svc.deployments.resolve-api-key', ({ keyHash }) => ({
      identity: keyHash === hash ? identity : null,
    }));
    const before = all.services.count('svc.deployments.resolve-api-key');
    expect((await all.get('/api/nodes', key)).status).toBe(200);
    const headers = { 'x-api-key': key };
    expect((await send(`${all.url}/api/nodes`, { headers })).status).toBe(200);
    expect(all.services.count('svc.deployments.resolve-api-key')).toBe(before + 1);
  });

  it('lets nobody guess keys at the cost of other services', async () => {
    const strict = await startGateway(all.nats.url, {
      RUNNEL_RATE_LIMITS: 'on',
      RUNNEL_RATE_LIMIT_CREDENTIAL: '3',
    });
    const { key, hash } = newApiKey();
    const identity: Identity = { kind: 'api_key', id: 'key_3', project: 'prj_1', scopes: ['*'] };
    all.services.answer('svc.deployments.resolve-api-key', ({ keyHash }) => ({
      identity: keyHash === hash ? identity : null,
    }));
    const ask = (token: string) => send(`${strict.baseUrl}/api/nodes`, { token });
    expect((await ask(key)).status).toBe(200);
    const before = all.services.count('svc.deployments.resolve-api-key');
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (let n = 0; n < 8; n += 1) answers.push(await ask(newApiKey().key));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(all.services.count('svc.deployments.resolve-api-key')).toBe(before + 3);
    expect((await ask(key)).status).toBe(200); // known here: nobody has to be asked
    await strict.stop();
  });

  it('ends as soon as the key is said to have changed', async () => {
    const { key } = newApiKey();
    const identity: Identity = { kind: 'api_key', id: 'key_2', project: 'prj_2', scopes: ['*'] };
    all.services.answer('svc.deployments.resolve-api-key', () => ({ identity }));
    expect((await all.get('/api/nodes', key)).status).toBe(200);
    all.services.answer('svc.deployments.resolve-api-key', () => ({ identity: null }));
    expect((await all.get('/api/nodes', key)).status).toBe(200);
    const notice = {
      project: 'prj_2',
      deploymentIds: [],
      webhookIds: [],
      apiKeyHashes: [hashApiKey(key)],
    };
    all.services.connection.publish(DEFINITIONS_CHANGED, JSON.stringify(notice));
    const refused = await waitFor(() => all.get('/api/nodes', key), {
      what: 'the key to be refused',
      until: ({ status }) => status === 401,
    });
    expect(refused.body).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('ends with the key, whatever is cached', async () => {
    const { key } = newApiKey();
    const identity: Identity = { kind: 'api_key', id: 'key_3', project: 'prj_1', scopes: ['*'] };
    all.services.answer('svc.deployments.resolve-api-key', () => ({
      identity,
      expiresAt: '2020-01-01T00:00:00.000Z',
    }));
    expect((await all.get('/api/nodes', key)).status).toBe(401);
  });

  it('is refused to a token that was revoked, and unavailable while nobody can say', async () => {
    all.services.answer('svc.deployments.is-token-revoked', () => ({ revoked: true }));
    expect((await all.get('/api/nodes', all.gateway.token())).body).toMatchObject({
      code: 'UNAUTHORIZED',
    });
    all.services.answer('svc.deployments.is-token-revoked', () => {
      throw new Error('Postgres is away');
    });
    const answer = await all.get('/api/nodes', all.gateway.token());
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('Postgres');
    all.services.answer('svc.deployments.is-token-revoked', () => ({ revoked: false }));
  });

  it('is refused to a cookie that another site sends along', async () => {
    const cookie = `runnel_session=${all.gateway.token()}`;
    const read = await send(`${all.url}/api/nodes`, { headers: { cookie } });
    expect(read.status).toBe(200);
    const foreign = { cookie, origin: 'https://evil.example' };
    const write = await send(`${all.url}/api/patterns`, {
      method: 'POST',
      headers: foreign,
      body: { name: 'x' },
    });
    expect([write.status, write.body['code']]).toEqual([403, 'FORBIDDEN']);
  });
});
