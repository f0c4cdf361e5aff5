import type { Identity } from '@runnel/auth';

import {
  type DeploymentsService,
  startDeployments,
} from '../../testing/deployments-service.contract';

const KEY = 'plain-key-of-a-connection';

describe('connections', () => {
  let service: DeploymentsService;
  let ada: Identity;
  beforeAll(async () => {
    service = await startDeployments();
    ada = await service.newcomer();
  });
  afterAll(() => service?.stop());

  const create = (identity: Identity, more: object = {}) =>
    service.call('svc.deployments.create-api-key-connection', {
      identity,
      provider: 'acme',
      apiKey: KEY,
      allowedHosts: ['api.example.com'],
      ...more,
    });
  const authorize = (project: string, connectionId: string, url: string) =>
    service.call('svc.deployments.authorize-request', { project, connectionId, url });
  const secretsOf = async ({ project }: Identity) =>
    (await service.call('svc.deployments.get-run-environment', { project })).environment?.secrets;

  it('is encrypted, bound to its row, and opened for its own hosts and project alone', async () => {
    const { id } = await create(ada);
    const [row] = await service.sql<{ credential_box: string }>(
      'SELECT credential_box FROM deployments.connection WHERE id = $1',
      [id],
    );
    expect(row?.credential_box).toMatch(/^v1[.]/);
    expect(row?.credential_box).not.toContain(KEY);
    expect(await authorize(ada.project, id, 'https://api.example.com/x')).toEqual({
      headers: { authorization: `Bearer ${KEY}` },
      secrets: [KEY],
    });
    await expect(authorize(ada.project, id, 'https://evil.example/')).rejects.toMatchObject({
      code: 'CONNECTION_HOST_NOT_ALLOWED',
    });
    const eve = await service.newcomer();
    await expect(authorize(eve.project, id, 'https://api.example.com/')).rejects.toMatchObject({
      code: 'CONNECTION_NOT_FOUND',
    });
    const other = await create(ada);
    await service.sql('UPDATE deployments.connection SET credential_box = $1 WHERE id = $2', [
      row?.credential_box,
      other.id,
    ]);
    await expect(
      authorize(ada.project, other.id, 'https://api.example.com/'),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await service.sql('DELETE FROM deployments.connection WHERE id = $1', [other.id]);
  });

  it('keeps the secret that came of it up to date, and leaves one alone that was set by hand', async () => {
    const joe = await service.newcomer();
    const { id } = await create(joe);
    expect((await secretsOf(joe))?.['ACME_API_KEY']?.value).toBe(KEY);
    await service.call('svc.deployments.update-connection', {
      identity: joe,
      id,
      apiKey: 'a new key',
    });
    expect((await secretsOf(joe))?.['ACME_API_KEY']?.value).toBe('a new key');
    await service.call('svc.deployments.delete-connection', { identity: joe, id });
    expect(await secretsOf(joe)).toEqual({});

    const [environment] = (
      await service.call('svc.deployments.list-environments', { identity: joe })
    ).items;
    await service.call('svc.deployments.put-secret', {
      identity: joe,
      id: environment?.id ?? '',
      name: 'ACME_API_KEY',
      value: 'set by hand',
    });
    await create(joe);
    expect((await secretsOf(joe))?.['ACME_API_KEY']?.value).toBe('set by hand');
  });

  it('leaves nothing behind when there is no room for its secret', async () => {
    const max = await service.newcomer();
    const [environment] = (
      await service.call('svc.deployments.list-environments', { identity: max })
    ).items;
    for (const n of [1, 2, 3, 4]) {
      await service.call('svc.deployments.put-secret', {
        identity: max,
        id: environment?.id ?? '',
        name: `BIG_${n}`,
        value: 'x'.repeat(8_192),
      });
    }
    await expect(create(max)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const list = await service.call('svc.deployments.list-connections', { identity: max });
    expect(list.items).toEqual([]);
    await create(max, { seedSecret: false });
  });

  it('needs the right to each thing that is done with it', async () => {
    const { id } = await create(ada);
    const operator = { ...ada, role: 'operator' } as Identity;
    const viewer = { ...ada, role: 'viewer' } as Identity;
    await expect(create(operator)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      service.call('svc.deployments.delete-connection', { identity: operator, id }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(
      await service.call('svc.deployments.test-connection', { identity: operator, id }),
    ).toMatchObject({ success: true });
    await expect(
      service.call('svc.deployments.test-connection', { identity: viewer, id }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
