import { hashApiKey, type Identity } from '@runnel/auth';
import { waitFor } from '@runnel/testing';

import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';
import { refusal } from '../testing/graphs.contract';

let service: DeploymentsService;
beforeAll(async () => (service = await startDeployments()));
afterAll(() => service.stop());

const person = (email: string) => ({
  email,
  password: 'correct-horse',
  firstName: 'Ada',
  lastName: 'Lovelace',
});
const register = (email: string) => service.call('svc.deployments.register', person(email));

describe('register', () => {
  it('makes a user, a project of their own and the role admin in it', async () => {
    const account = await register('ada@example.com');
    expect(account).toEqual({
      user: {
        id: expect.stringMatching(/^usr_[0-9a-z]{26}$/) as string,
        email: 'ada@example.com',
        firstName: 'Ada',
        lastName: 'Lovelace',
        role: 'user',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
      project: expect.stringMatching(/^prj_/) as string,
      role: 'admin',
    });
    const { user, project } = account;
    const again = await service.call('svc.deployments.get-account', { userId: user.id, project });
    expect(again).toEqual(account);
  });

  it('takes an e-mail once, whatever its case', async () => {
    await register('Grace@Example.com');
    await expect(register('gRACE@example.COM')).rejects.toEqual(refusal('EMAIL_ALREADY_EXISTS'));
  });

  it('lets one of many simultaneous registrations of an e-mail win, and tells the others', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, (_, i) =>
        register(i % 2 ? 'race@example.com' : 'RACE@example.com'),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') {
        expect(attempt.reason).toEqual(refusal('EMAIL_ALREADY_EXISTS'));
      }
    }
    const orphans = await service.sql(
      `SELECT FROM deployments.project p WHERE name = 'Ada Lovelace'
       AND NOT EXISTS (SELECT FROM deployments.membership WHERE project_id = p.id)`,
    );
    expect(orphans).toEqual([]);
  });

  it.each([
    ['email', 'not-an-address'],
    ['email', 'two@at@example.com'],
    ['email', `${'a'.repeat(250)}@example.com`],
    ['email', ''],
    ['password', 'short-1'],
    ['password', 'nothingspecial1'],
    ['password', `-${'x'.repeat(256)}`],
    ['firstName', '  '],
    ['firstName', 'x'.repeat(101)],
    ['lastName', 'nul\u0000'],
  ])('refuses %s %p and names the field', async (field, value) => {
    const request = { ...person('new@example.com'), [field]: value };
    await expect(service.call('svc.deployments.register', request)).rejects.toMatchObject({
      code: 'VALIDATION',
      kind: 'invalid_input',
      message: expect.stringContaining(field) as string,
      details: { field },
    });
  });

  it('refuses a request that is not one', async () => {
    const call = (request: unknown) =>
      service.call('svc.deployments.register', request as ReturnType<typeof person>);
    await expect(call('nonsense')).rejects.toEqual(refusal('VALIDATION'));
    await expect(call({ email: 5 })).rejects.toMatchObject({ message: 'email must be a string' });
    await expect(call({})).rejects.toMatchObject({ message: 'email is required' });
  });
});

describe('authenticate', () => {
  beforeAll(() => register('login@example.com'));
  const authenticate = (login: string, password: string) =>
    service.call('svc.deployments.authenticate', { login, password });

  it('knows a user by e-mail in any case and their password', async () => {
    const account = await authenticate(' LOGIN@example.com ', 'correct-horse');
    expect(account.user.email).toBe('login@example.com');
    expect(account.role).toBe('admin');
  });

  it('says the same of an unknown login and of a wrong password', async () => {
    const outcomes = await Promise.allSettled([
      authenticate('login@example.com', 'wrong-horse'),
      authenticate('nobody@example.com', 'correct-horse'),
      authenticate('', ''),
    ]);
    const reasons = outcomes.map(
      (outcome) => outcome.status === 'rejected' && (outcome.reason as unknown),
    );
    expect(reasons[0]).toEqual(refusal('INVALID_CREDENTIALS'));
    expect(reasons[1]).toEqual(reasons[0]);
    expect(reasons[2]).toEqual(reasons[0]);
  });
});

describe('get-account', () => {
  it('does not know a user in a project that is not theirs', async () => {
    const [one, other] = await Promise.all([
      register('one@example.com'),
      register('two@example.com'),
    ]);
    for (const request of [
      { userId: one.user.id, project: other.project },
      { userId: 'usr_nobody', project: other.project },
    ]) {
      await expect(service.call('svc.deployments.get-account', request)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'there is no such account',
      });
    }
  });
});

describe('revoke-token', () => {
  const isRevoked = async (jti: string) =>
    (await service.call('svc.deployments.is-token-revoked', { jti })).revoked;

  it('remembers a token until it is of no use even for a refresh, then forgets it', async () => {
    const now = Date.now();
    const hours = (n: number) => new Date(now + n * 3_600_000).toISOString();
    await service.call('svc.deployments.revoke-token', { jti: 'recent', expiresAt: hours(-24) });
    await service.call('svc.deployments.revoke-token', { jti: 'ancient', expiresAt: hours(-200) });
    await service.call('svc.deployments.revoke-token', { jti: 'live', expiresAt: hours(1) });
    await service.call('svc.deployments.revoke-token', { jti: 'live', expiresAt: hours(1) });
    expect(await Promise.all(['live', 'recent', 'ancient', 'other'].map(isRevoked))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('does not keep a token longer than any token lives', async () => {
    await service.call('svc.deployments.revoke-token', {
      jti: 'forever',
      expiresAt: '9999-12-31T00:00:00.000Z',
    });
    const [row] = await service.sql<{ days: number }>(
      `SELECT extract(day FROM expires_at - now())::int AS days
       FROM deployments.revoked_token WHERE jti = 'forever'`,
    );
    expect(row?.days).toBe(7);
  });
});

describe('API keys', () => {
  const create = (identity: Identity, scopes: string[], expiresInDays?: number) =>
    service.call('svc.deployments.create-api-key', {
      identity,
      name: 'ci',
      scopes,
      ...(expiresInDays === undefined ? {} : { expiresInDays }),
    });
  const resolve = async (key: string) =>
    service.call('svc.deployments.resolve-api-key', { keyHash: hashApiKey(key) });

  it('are shown once, stored as a hash, and speak for their project with their scopes', async () => {
    const admin = await service.newcomer();
    const { apiKey, key } = await create(admin, ['runs:read', 'runs:read', 'stats:read'], 30);
    expect(key).toMatch(/^runnel_[0-9a-f]{64}$/);
    expect(apiKey).toMatchObject({ name: 'ci', keyPrefix: key.slice(0, 12) });
    expect(await resolve(key)).toEqual({
      identity: {
        kind: 'api_key',
        id: apiKey.id,
        project: admin.project,
        scopes: ['runs:read', 'stats:read'],
      },
      expiresAt: apiKey.expiresAt,
    });
    const everything = JSON.stringify(await service.sql('SELECT * FROM deployments.api_key'));
    expect(everything).not.toContain(key);
    const { items } = await service.call('svc.deployments.list-api-keys', { identity: admin });
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(hashApiKey(key));
  });

  it('open nothing once they are revoked, expired or were never there', async () => {
    const admin = await service.newcomer();
    const revoked = await create(admin, ['*']);
    const expired = await create(admin, ['*'], 1);
    await service.call('svc.deployments.revoke-api-key', {
      identity: admin,
      id: revoked.apiKey.id,
    });
    await service.call('svc.deployments.revoke-api-key', {
      identity: admin,
      id: revoked.apiKey.id,
    });
    await service.sql('UPDATE deployments.api_key SET expires_at = now() WHERE id = $1', [
      expired.apiKey.id,
    ]);
    for (const key of [revoked.key, expired.key, 'runnel_unknown']) {
      expect(await resolve(key)).toEqual({ identity: null });
    }
    const raw = await service.call('svc.deployments.resolve-api-key', { keyHash: revoked.key });
    expect(raw).toEqual({ identity: null });
  });

  it('note their last use, but not at every use', async () => {
    const admin = await service.newcomer();
    const { key, apiKey } = await create(admin, ['*']);
    const lastUsed = async () => {
      const rows = await service.sql<{ last_used_at: Date | null }>(
        'SELECT last_used_at FROM deployments.api_key WHERE id = $1',
        [apiKey.id],
      );
      return rows[0]?.last_used_at?.getTime() ?? 0;
    };
    await resolve(key);
    const first = await lastUsed();
    expect(first).toBeGreaterThan(0);
    await resolve(key);
    expect(await lastUsed()).toBe(first);
    await service.sql(
      `UPDATE deployments.api_key SET last_used_at = last_used_at - interval '2 minutes' WHERE id = $1`,
      [apiKey.id],
    );
    await resolve(key);
    expect(await lastUsed()).toBeGreaterThanOrEqual(first);
  });

  it.each([
    ['no scopes', { scopes: [] }, 'scopes'],
    ['an unknown scope', { scopes: ['runs:read', 'runs:destroy'] }, 'scopes'],
    ['a name that is blank', { name: ' ' }, 'name'],
    ['half a day', { expiresInDays: 0.5 }, 'expiresInDays'],
    ['no days', { expiresInDays: 0 }, 'expiresInDays'],
    ['endless days', { expiresInDays: 4_000 }, 'expiresInDays'],
  ])('are refused with %s', async (_, wrong, field) => {
    const identity = await service.newcomer();
    const request = { identity, name: 'ci', scopes: ['*'], ...wrong };
    await expect(service.call('svc.deployments.create-api-key', request)).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field },
    });
  });

  it('cannot be given more than their maker holds', async () => {
    const admin = await service.newcomer();
    const { apiKey } = await create(admin, ['api-keys:manage', 'runs:*']);
    const manager: Identity = {
      kind: 'api_key',
      id: apiKey.id,
      project: admin.project,
      scopes: apiKey.scopes,
    };
    await expect(create(manager, ['runs:read', 'workflows:read'])).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { scope: 'workflows:read' },
    });
    await expect(create(manager, ['*'])).rejects.toEqual(refusal('FORBIDDEN'));
    expect((await create(manager, ['runs:read'])).apiKey.scopes).toEqual(['runs:read']);
  });

  it.each(['editor', 'operator', 'viewer'] as const)('are no business of role %s', async (role) => {
    const identity = await service.newcomer(role);
    await expect(create(identity, ['runs:read'])).rejects.toEqual(refusal('FORBIDDEN'));
    const list = service.call('svc.deployments.list-api-keys', { identity });
    await expect(list).rejects.toMatchObject({ details: { permission: 'api_keys.manage' } });
    const revoke = service.call('svc.deployments.revoke-api-key', { identity, id: 'key_x' });
    await expect(revoke).rejects.toEqual(refusal('FORBIDDEN'));
  });

  it('of another project are not found, like keys that never were', async () => {
    const [owner, other] = await Promise.all([service.newcomer(), service.newcomer()]);
    const { apiKey, key } = await create(owner, ['*']);
    const revoke = (id: string) =>
      service.call('svc.deployments.revoke-api-key', { identity: other, id });
    const foreign = await revoke(apiKey.id).catch((error: unknown) => error);
    expect(foreign).toEqual(refusal('NOT_FOUND'));
    await expect(revoke('key_01h455vb4pex5vsknk084sn02q')).rejects.toEqual(foreign);
    await expect(revoke('no id at all\u0000')).rejects.toEqual(foreign);
    expect((await resolve(key)).identity).not.toBeNull();
    const { items } = await service.call('svc.deployments.list-api-keys', { identity: other });
    expect(items).toEqual([]);
  });

  it('are at most 200 to a project, even when made at once', async () => {
    const identity = await service.newcomer();
    await service.sql(
      `INSERT INTO deployments.api_key SELECT 'key_' || $1 || n, $1, 'n', $1 || n, 'p', '{*}', 'u', now()
       FROM generate_series(1, 198) n`,
      [identity.project],
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => create(identity, ['*'])),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'VALIDATION' } });
  });

  it('that change are told of, by hash', async () => {
    const admin = await service.newcomer();
    const { apiKey, key } = await create(admin, ['*']);
    await service.call('svc.deployments.revoke-api-key', { identity: admin, id: apiKey.id });
    const told = () =>
      service.notices.filter(({ apiKeyHashes }) => apiKeyHashes.includes(hashApiKey(key)));
    await waitFor(() => told().length === 2, { what: 'two notices' });
    expect(told()[0]).toEqual({
      project: admin.project,
      deploymentIds: [],
      webhookIds: [],
      apiKeyHashes: [hashApiKey(key)],
    });
  });
});
