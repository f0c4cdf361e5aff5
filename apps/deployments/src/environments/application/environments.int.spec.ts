import type { Identity } from '@runnel/auth';

import {
  type DeploymentsService,
  startDeployments,
} from '../../testing/deployments-service.contract';

describe('environments', () => {
  let service: DeploymentsService;
  let ada: Identity;
  beforeAll(async () => {
    service = await startDeployments();
    ada = await service.newcomer();
  });
  afterAll(() => service?.stop());

  const list = async (identity: Identity) =>
    (await service.call('svc.deployments.list-environments', { identity })).items;
  const defaultId = async (identity: Identity): Promise<string> =>
    (await list(identity))[0]?.id ?? '';
  const putSecret = (identity: Identity, id: string, name: string, value: string) =>
    service.call('svc.deployments.put-secret', { identity, id, name, value });
  const ofRun = async (project: string) =>
    (await service.call('svc.deployments.get-run-environment', { project })).environment;

  it('has one called production from the first look, whoever looks first', async () => {
    const bob = await service.newcomer();
    const looks = await Promise.all(Array.from({ length: 8 }, () => list(bob)));
    expect(new Set(looks.flat().map(({ id }) => id)).size).toBe(1);
    expect(looks[0]).toMatchObject([{ name: 'production', isDefault: true, variables: {} }]);
  });

  it('encrypts secrets, each bound to its place', async () => {
    const id = await defaultId(ada);
    await putSecret(ada, id, 'KEY', 'the plain value');
    await putSecret(ada, id, 'OTHER', 'another value');
    const rows = await service.sql<{ name: string; value_box: string }>(
      'SELECT name, value_box FROM deployments.secret WHERE environment_id = $1 ORDER BY name',
      [id],
    );
    expect(JSON.stringify(rows)).not.toMatch(/plain value|another value/);
    expect(rows[0]?.value_box).toMatch(/^v1[.][0-9a-f]{8}[.]/);
    // The box of one moved to the place of the other does not open.
    await service.sql("UPDATE deployments.secret SET value_box = $1 WHERE name = 'OTHER'", [
      rows[0]?.value_box,
    ]);
    await expect(ofRun(ada.project)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await putSecret(ada, id, 'OTHER', 'another value');
  });

  it('tells runs values and versions; a version changes with the value and is never used again', async () => {
    const eve = await service.newcomer();
    const id = await defaultId(eve);
    await putSecret(eve, id, 'KEY', 'value one');
    const [first, same] = [await ofRun(eve.project), await ofRun(eve.project)];
    expect(first).toMatchObject({ environmentId: id, secrets: { KEY: { value: 'value one' } } });
    expect(same).toEqual(first);
    await putSecret(eve, id, 'KEY', 'value two');
    const second = await ofRun(eve.project);
    await service.call('svc.deployments.delete-secret', { identity: eve, id, name: 'KEY' });
    await putSecret(eve, id, 'KEY', 'value one');
    const third = await ofRun(eve.project);
    const versions = [first, second, third].map((found) => found?.secrets['KEY']?.version);
    expect(new Set(versions).size).toBe(3);
  });

  it('is bounded', async () => {
    const joe = await service.newcomer();
    const id = await defaultId(joe);
    for (const n of [1, 2, 3, 4]) await putSecret(joe, id, `BIG_${n}`, 'x'.repeat(8_192));
    await expect(putSecret(joe, id, 'MORE', 'four')).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    await putSecret(joe, id, 'BIG_1', 'smaller');
    await putSecret(joe, id, 'MORE', 'four');
    const variables = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`V${n}`, 'x']));
    await expect(
      service.call('svc.deployments.update-environment', { identity: joe, id, variables }),
    ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const made = await Promise.allSettled(
      Array.from({ length: 55 }, (_, n) =>
        service.call('svc.deployments.create-environment', { identity: joe, name: `env ${n}` }),
      ),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(49);
    expect(await list(joe)).toHaveLength(50);
  });

  it.each([
    ['short', 'KEY', 'abc'],
    ['long', 'KEY', 'x'.repeat(8_193)],
    ['with NUL', 'KEY', 'some\0thing'],
    ['with a bad name', '1KEY', 'value'],
    ['called __proto__', '__proto__', 'value'],
  ])('refuses a secret that is %s, without repeating it', async (_, name, value) => {
    const refused: unknown = await putSecret(ada, await defaultId(ada), name, value).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'VALIDATION' });
    expect(String((refused as Error).message)).not.toContain(value);
  });

  it('stays while a deployment is bound to it, and is seen by its own project alone', async () => {
    const created = await service.call('svc.deployments.create-environment', {
      identity: ada,
      name: 'Staging',
    });
    const { id } = created;
    await expect(
      service.call('svc.deployments.create-environment', { identity: ada, name: 'STAGING' }),
    ).rejects.toMatchObject({ code: 'ENVIRONMENT_EXISTS' });
    const stranger = await service.newcomer();
    const missing = { identity: stranger, id };
    for (const attempt of [
      service.call('svc.deployments.get-environment', missing),
      service.call('svc.deployments.delete-environment', missing),
      service.call('svc.deployments.list-secrets', missing),
      service.call('svc.deployments.put-variable', { ...missing, name: 'A', value: 'b' }),
      putSecret(stranger, id, 'KEY', 'value'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
    }
    const viewer = { ...ada, role: 'viewer' } as Identity;
    await expect(putSecret(viewer, id, 'KEY', 'value')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await service.call('svc.deployments.delete-environment', { identity: ada, id });
    await expect(
      service.call('svc.deployments.delete-environment', {
        identity: ada,
        id: await defaultId(ada),
      }),
    ).rejects.toMatchObject({ code: 'DEFAULT_ENVIRONMENT' });
  });
});
