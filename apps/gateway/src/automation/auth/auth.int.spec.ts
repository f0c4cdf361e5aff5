import { deriveKeys, signToken } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import type { Account } from '@runnel/messaging';

import { type Answer, send } from '../../testing/http';
import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { SECRET, startGateway } from '../../testing/start-gateway';

const account: Account = {
  user: {
    id: 'usr_1',
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: 'user',
    createdAt: '2026-03-05T12:00:00.000Z',
  },
  project: 'prj_ada',
  role: 'admin',
};
const ada = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  password: 'correct horse!',
};

interface Session {
  readonly data: { readonly token: string };
  readonly token: string;
}

describe('/api/auth', () => {
  let all: RunningGateway;

  beforeAll(async () => {
    all = await startAll();
    all.services.answer('svc.deployments.register', ({ email }) => {
      if (email !== ada.email) return account;
      throw new DomainError('EMAIL_ALREADY_EXISTS', 'there is an account with this e-mail');
    });
    all.services.answer('svc.deployments.authenticate', ({ login, password }) => {
      if (login === ada.email && password === ada.password) return account;
      throw new DomainError('INVALID_CREDENTIALS', 'unknown login or wrong password');
    });
    all.services.answer('svc.deployments.get-account', () => account);
    all.services.answer('svc.deployments.revoke-token', () => ({}));
  });

  afterAll(() => all?.stop());

  const logIn = (): Promise<Answer<Session>> =>
    send<Session>(`${all.url}/api/auth/login`, {
      method: 'POST',
      body: { email: ada.email, password: ada.password },
    });

  it('registers a user and answers with a session', async () => {
    const answer = await send<Session>(`${all.url}/api/auth/register`, {
      method: 'POST',
      body: { ...ada, email: 'new@example.com' },
    });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      {
        success: true,
        data: { user: { id: 'usr_1', role: 'user' } },
        timestamp: expect.any(String) as unknown,
      },
    ]);
    expect((await all.get('/api/nodes', answer.body.data.token)).status).toBe(200);
  });

  it.each([
    [{ ...ada }, 409, 'EMAIL_ALREADY_EXISTS'],
    [{ ...ada, email: 'nobody' }, 400, 'VALIDATION'],
    [{ ...ada, password: 'short!' }, 400, 'VALIDATION'],
    [{ ...ada, password: 'nospecialcharacter' }, 400, 'VALIDATION'],
    [{ ...ada, role: 'admin' }, 400, 'VALIDATION'],
  ])('refuses to register %j', async (body, status, code) => {
    const answer = await send(`${all.url}/api/auth/register`, { method: 'POST', body });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.text).not.toContain(body.password);
  });

  it('lets nobody register where that is closed', async () => {
    const closed = await startGateway(all.nats.url, { RUNNEL_REGISTRATION: 'closed' });
    const url = `${closed.baseUrl}/api/auth`;
    const answer = await send(`${url}/register`, { method: 'POST', body: ada });
    expect([answer.status, answer.body['code']]).toEqual([403, 'LOCAL_AUTH_DISABLED']);
    expect((await send(`${url}/providers`)).body).toMatchObject({
      data: { local: true, registration: false },
    });
    await closed.stop();
  });

  it('logs in by e-mail or user name, with a cookie that scripts cannot read', async () => {
    const answer = await logIn();
    expect([answer.status, answer.body.token]).toEqual([200, answer.body.data.token]);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toContain(
      `runnel_session=${answer.body.token}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const me = await send<{ data: object }>(`${all.url}/api/auth/me`, {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    expect(me.body.data).toMatchObject({
      id: 'usr_1',
      email: ada.email,
      project: 'prj_ada',
      projectRole: 'admin',
    });
    const byName = { username: ada.email, password: ada.password };
    expect((await send(`${all.url}/api/auth/login`, { method: 'POST', body: byName })).status).toBe(
      200,
    );
  });

  it('says the same to an unknown login and a wrong password', async () => {
    const answers = await Promise.all(
      [
        { email: ada.email, password: 'wrong' },
        { email: 'nobody@example.com', password: ada.password },
      ].map((body) => send(`${all.url}/api/auth/login`, { method: 'POST', body })),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [
        401,
        { success: false, error: 'unknown login or wrong password', code: 'INVALID_CREDENTIALS' },
      ]),
    );
  });

  it.each([
    {},
    { password: 'x' },
    { email: 'a', username: 'b', password: 'x' },
    { email: ['a'], password: 'x' },
  ])('refuses the login %j', async (body) => {
    const answer = await send(`${all.url}/api/auth/login`, { method: 'POST', body });
    expect([answer.status, answer.body['code']]).toEqual([400, 'VALIDATION']);
  });

  it('refreshes a session that has ended lately, with the role of today', async () => {
    const { jwt } = deriveKeys(SECRET);
    const subject = { sub: 'usr_1', project: 'prj_ada', role: 'admin' } as const;
    const ended = (hours: number): string =>
      signToken(jwt, subject, new Date(Date.now() - hours * 3_600_000)).token;
    all.services.answer('svc.deployments.get-account', () => ({ ...account, role: 'viewer' }));
    const fresh = await all.post<Session>('/api/auth/refresh', undefined, ended(2));
    expect(fresh.status).toBe(200);
    const write = await all.post('/api/patterns', { name: 'x' }, fresh.body.token);
    expect(write.status).toBe(403);
    expect((await all.post('/api/auth/refresh', undefined, ended(24 * 8))).status).toBe(401);
    expect((await send(`${all.url}/api/auth/refresh`, { method: 'POST' })).status).toBe(401);
    all.services.answer('svc.deployments.get-account', () => account);
  });

  it('logs out: the token is dead at once', async () => {
    const { token } = (await logIn()).body;
    const revoked = new Set<string>();
    all.services.answer('svc.deployments.revoke-token', ({ jti }) => {
      revoked.add(jti);
      return {};
    });
    all.services.answer('svc.deployments.is-token-revoked', ({ jti }) => ({
      revoked: revoked.has(jti),
    }));
    expect((await all.get('/api/nodes', token)).status).toBe(200);
    const out = await all.post('/api/auth/logout', undefined, token);
    expect([out.status, out.text]).toEqual([204, '']);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await all.get('/api/nodes', token)).status).toBe(401);
    expect((await all.post('/api/auth/refresh', undefined, token)).status).toBe(401);
  });

  it('counts logins by address', async () => {
    const strict = await startGateway(all.nats.url, {
      RUNNEL_RATE_LIMITS: 'on',
      RUNNEL_RATE_LIMIT_LOGIN: '3',
    });
    const body = { email: 'a', password: 'b' };
    const headers = (n: number) => ({ 'x-forwarded-for': `192.0.2.${n}` });
    const answers: Answer[] = [];
    for (let n = 0; n < 5; n += 1) {
      answers.push(
        await send(`${strict.baseUrl}/api/auth/login`, {
          method: 'POST',
          body,
          headers: headers(n),
        }),
      );
    }
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(answers[3]?.body).toMatchObject({ success: false, code: 'RATE_LIMITED' });
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('3');
    expect(answers[0]?.headers.get('x-ratelimit-remaining')).toBe('2');
    await strict.stop();
  });

  it('believes a proxy that it was told of', async () => {
    const proxied = await startGateway(all.nats.url, {
      RUNNEL_RATE_LIMITS: 'on',
      RUNNEL_RATE_LIMIT_WEBHOOK: '1',
      RUNNEL_TRUST_PROXY: '1',
    });
    all.services.answer('svc.deployments.resolve-webhook', () => ({ target: null }));
    const knock = (address: string) =>
      send(`${proxied.baseUrl}/webhooks/whk_x`, { headers: { 'x-forwarded-for': address } });
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) {
      statuses.push((await knock(address)).status);
    }
    expect(statuses).toEqual([404, 429, 404]);
    await proxied.stop();
  });
});
