import { startRunnel, type TestRunnel } from '@runnel/testing';

import { type Answer, Client, registerUser } from '../../support/client';
import { expectStatus } from '../../support/deployed-webhook';
import { graph } from '../../support/graphs';

interface Environment {
  readonly id: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly isDefault: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}
interface Enveloped<T> {
  readonly success: true;
  readonly data: T;
}

const MISSING = `env_${'0'.repeat(26)}`;
const NOT_FOUND = {
  success: false,
  error: { code: 'ENVIRONMENT_NOT_FOUND', message: 'Environment not found' },
  code: 'ENVIRONMENT_NOT_FOUND',
};

describe('E.6 environments, D.1 environmentId, E.1 auth', () => {
  let runnel: TestRunnel;
  let client: Client;
  let stranger: Client;
  let production: Environment;

  beforeAll(async () => {
    runnel = await startRunnel({ env: { RUNNEL_RATE_LIMITS: 'off' } });
    client = await registerUser(runnel.baseUrl, 'ada@example.com');
    stranger = await registerUser(runnel.baseUrl, 'eve@example.com');
  });

  afterAll(() => runnel?.stop());

  const codeOf = (answer: Answer): unknown => [answer.status, answer.body['code']];
  const create = async (name: string): Promise<string> =>
    (await expectStatus(client.post<Enveloped<Environment>>('/api/environments', { name }), 201))
      .body.data.id;

  it('GET /api/environments has production, the default one', async () => {
    const { body } = await expectStatus(
      client.get<Enveloped<Environment[]>>('/api/environments'),
      200,
    );
    expect(body).toEqual({
      success: true,
      data: [
        {
          id: expect.stringMatching(/^env_[0-9a-z]{26}$/) as unknown,
          name: 'production',
          variables: {},
          isDefault: true,
          createdAt: expect.any(String) as unknown,
          updatedAt: expect.any(String) as unknown,
        },
      ],
    });
    [production] = body.data as [Environment];
    const theirs = await stranger.get<Enveloped<Environment[]>>('/api/environments');
    expect(theirs.body.data[0]?.id).not.toBe(production.id);
  });

  it('POST, GET, PATCH, DELETE /api/environments/:id', async () => {
    const made = await client.post<Enveloped<Environment>>('/api/environments', {
      name: 'Staging',
      variables: { A: '1' },
    });
    expect(made.status).toBe(201);
    const { id } = made.body.data;
    const path = `/api/environments/${id}`;
    expect((await client.get(path)).body).toEqual(made.body);
    const changed = await client.send<Enveloped<Environment>>('PATCH', path, {
      name: 'Test',
      variables: { B: '2' },
    });
    expect(changed.body.data).toMatchObject({
      name: 'Test',
      variables: { B: '2' },
      isDefault: false,
    });
    expect((await client.send('DELETE', path)).status).toBe(204);
    expect((await client.get(path)).body).toEqual(NOT_FOUND);
  });

  it.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 'ok', variables: { '1a': 'x' } }],
    [{ name: 'ok', variables: { A: 5 } }],
    [{ name: 'ok', isDefault: true }],
  ])('POST /api/environments refuses %j', async (body) => {
    const answer = await client.post('/api/environments', body);
    expect(codeOf(answer)).toEqual([400, 'VALIDATION']);
    expect(answer.body).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
  });

  it('POST /api/environments refuses a name that is taken, in any case', async () => {
    expect(codeOf(await client.post('/api/environments', { name: 'PRODUCTION' }))).toEqual([
      409,
      'ENVIRONMENT_EXISTS',
    ]);
  });

  it('DELETE /api/environments/:id keeps the default one', async () => {
    expect(codeOf(await client.send('DELETE', `/api/environments/${production.id}`))).toEqual([
      409,
      'DEFAULT_ENVIRONMENT',
    ]);
  });

  it('PUT and DELETE /api/environments/:id/variables/:name', async () => {
    const path = `/api/environments/${production.id}/variables`;
    const put = await client.send<Enveloped<Environment>>('PUT', `${path}/REGION`, {
      value: 'eu',
    });
    expect([put.status, put.body.data.variables]).toEqual([200, { REGION: 'eu' }]);
    expect((await client.send('DELETE', `${path}/REGION`)).status).toBe(204);
    expect(codeOf(await client.send('DELETE', `${path}/REGION`))).toEqual([
      404,
      'VARIABLE_NOT_FOUND',
    ]);
    expect(codeOf(await client.send('PUT', `${path}/not-a-name`, { value: 'x' }))).toEqual([
      400,
      'VALIDATION',
    ]);
    expect(codeOf(await client.send('PUT', `${path}/A`, {}))).toEqual([400, 'VALIDATION']);
    expect(codeOf(await client.send('PUT', `${path}/A`, { value: 'x'.repeat(4_097) }))).toEqual([
      400,
      'VALIDATION',
    ]);
  });

  it('PUT, GET and DELETE /api/environments/:id/secrets/:name never show a value', async () => {
    const path = `/api/environments/${production.id}/secrets`;
    const put = await client.send('PUT', `${path}/API_KEY`, { value: 'plain-text-of-e6' });
    expect([put.status, put.body]).toEqual([
      200,
      { success: true, data: { name: 'API_KEY', updatedAt: expect.any(String) as unknown } },
    ]);
    expect((await client.get(path)).body).toEqual({
      success: true,
      data: [{ name: 'API_KEY', updatedAt: expect.any(String) as unknown }],
    });
    const whole = await client.get(`/api/environments/${production.id}`);
    expect(JSON.stringify(whole.body)).not.toContain('API_KEY');
    const short = await client.send('PUT', `${path}/SHORT`, { value: 'abc' });
    expect(codeOf(short)).toEqual([400, 'VALIDATION']);
    expect(JSON.stringify(short.body)).not.toContain('abc');
    expect((await client.send('DELETE', `${path}/API_KEY`)).status).toBe(204);
    expect(codeOf(await client.send('DELETE', `${path}/API_KEY`))).toEqual([
      404,
      'SECRET_NOT_FOUND',
    ]);
  });

  it('of another project does not exist, like one that never was', async () => {
    for (const [who, id] of [
      [stranger, production.id],
      [client, MISSING],
      [client, 'nonsense'],
    ] as const) {
      const path = `/api/environments/${id}`;
      for (const answer of [
        await who.get(path),
        await who.send('PATCH', path, { name: 'x' }),
        await who.send('DELETE', path),
        await who.send('PUT', `${path}/variables/A`, { value: 'x' }),
        await who.send('DELETE', `${path}/variables/A`),
        await who.get(`${path}/secrets`),
        await who.send('PUT', `${path}/secrets/A`, { value: 'long enough' }),
        await who.send('DELETE', `${path}/secrets/A`),
      ]) {
        expect([answer.status, answer.body]).toEqual([404, NOT_FOUND]);
      }
    }
    expect((await new Client(runnel.baseUrl).get('/api/environments')).status).toBe(401);
  });

  it('D.1 deploy binds an environment, keeps it, and refuses what is not there', async () => {
    const graphData = graph([{ id: 'start', type: 'OnStart' }], []);
    const pattern = await expectStatus(
      client.post<Enveloped<{ id: string }>>('/api/patterns', { name: 'Bound', graphData }),
      201,
    );
    const id = await create('bound');
    const path = `/api/patterns/${pattern.body.data.id}/deploy`;
    const deploy = (environmentId?: string) =>
      client.post<Enveloped<{ deploymentId: string }>>(path, {
        nodeDefinitions: {},
        ...(environmentId !== undefined && { environmentId }),
      });
    const theirs = await stranger.get<Enveloped<Environment[]>>('/api/environments');
    for (const unknown of [MISSING, 'nonsense', theirs.body.data[0]?.id ?? '']) {
      const refused = await deploy(unknown);
      expect([refused.status, refused.body]).toMatchObject([400, { code: 'VALIDATION' }]);
    }
    const first = await expectStatus(deploy(), 200);
    const boundTo = async (): Promise<unknown> => {
      const shown = await client.get<Enveloped<{ environmentId?: string }>>(
        `/api/deployments/${first.body.data.deploymentId}`,
      );
      return shown.body.data.environmentId;
    };
    expect(await boundTo()).toBeUndefined();
    await expectStatus(deploy(id), 200);
    expect(await boundTo()).toBe(id);
    await expectStatus(deploy(), 200);
    expect(await boundTo()).toBe(id);
    expect(codeOf(await client.send('DELETE', `/api/environments/${id}`))).toEqual([
      409,
      'ENVIRONMENT_IN_USE',
    ]);
    await expectStatus(client.send('DELETE', path), 200);
    expect((await client.send('DELETE', `/api/environments/${id}`)).status).toBe(204);
    expect(await boundTo()).toBeUndefined();
  });

  describe('E.1 /api/auth', () => {
    const anybody = () => new Client(runnel.baseUrl);
    const user = {
      email: 'grace@example.com',
      firstName: 'Grace',
      lastName: 'Hopper',
      password: 'a long password!',
    };

    it('registers, logs in, refreshes, says who it is, and logs out', async () => {
      const shown = {
        id: expect.stringMatching(/^usr_/) as unknown,
        email: user.email,
        firstName: 'Grace',
        lastName: 'Hopper',
        role: 'user',
        createdAt: expect.any(String) as unknown,
      };
      const registered = await anybody().post('/api/auth/register', user);
      expect([registered.status, registered.body]).toMatchObject([
        201,
        { success: true, data: { user: shown }, timestamp: expect.any(String) as unknown },
      ]);
      expect(codeOf(await anybody().post('/api/auth/register', user))).toEqual([
        409,
        'EMAIL_ALREADY_EXISTS',
      ]);
      const { email, password } = user;
      const loggedIn = await anybody().post<{ token: string; data: { user: unknown } }>(
        '/api/auth/login',
        { email, password },
      );
      expect([loggedIn.status, loggedIn.body.data.user]).toEqual([200, shown]);
      const session = new Client(runnel.baseUrl, loggedIn.body.token);
      const refreshed = await session.post<{ token: string }>('/api/auth/refresh');
      expect(refreshed.status).toBe(200);
      const fresh = new Client(runnel.baseUrl, refreshed.body.token);
      expect((await fresh.get('/api/auth/me')).body).toMatchObject({ data: shown });
      expect((await fresh.post('/api/auth/logout')).status).toBe(204);
      expect((await fresh.get('/api/auth/me')).status).toBe(401);
      expect((await session.get('/api/auth/me')).status).toBe(200);
    });

    it('refuses a wrong password and an unknown e-mail alike, and a bad registration', async () => {
      const wrong = await anybody().post('/api/auth/login', { email: user.email, password: 'no' });
      const unknown = await anybody().post('/api/auth/login', {
        email: 'n@x.example',
        password: 'no',
      });
      expect(codeOf(wrong)).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(unknown.body).toEqual(wrong.body);
      const weak = { ...user, email: 'b@example.com', password: 'nospecial1' };
      expect(codeOf(await anybody().post('/api/auth/register', weak))).toEqual([400, 'VALIDATION']);
      expect(codeOf(await anybody().post('/api/auth/refresh'))).toEqual([401, 'UNAUTHORIZED']);
    });

    it('knows no GitHub where it is not configured', async () => {
      const providers = await anybody().get<{ data: object }>('/api/auth/providers');
      expect(providers.body.data).toEqual({ local: true, github: false, registration: true });
      expect(codeOf(await anybody().post('/api/auth/github', { code: 'x' }))).toEqual([
        400,
        'OAUTH_NOT_CONFIGURED',
      ]);
    });
  });
});
