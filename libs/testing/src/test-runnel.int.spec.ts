import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { withPostgres } from '@runnel/embedded';
import { connect } from 'nats';

import { writeFakeCheckout } from './fake-checkout';
import { temporaryFolder } from './temporary-folder';
import { startRunnel, type TestRunnel } from './test-runnel';
import { waitFor } from './wait-for';

jest.setTimeout(120_000);

describe(startRunnel, () => {
  const checkout = temporaryFolder('checkout');
  const systems: TestRunnel[] = [];

  beforeAll(() => writeFakeCheckout(checkout.path));
  afterEach(async () => {
    for (const system of systems.splice(0)) await system.stop();
  });
  afterAll(() => checkout.remove());

  async function start(options: Parameters<typeof startRunnel>[0] = {}): Promise<TestRunnel> {
    const env = { FAKE_JOURNAL: join(checkout.path, 'journal'), ...options.env };
    const system = await startRunnel({ root: checkout.path, ...options, env });
    systems.push(system);
    return system;
  }

  async function environmentOf(managementUrl: string): Promise<Record<string, string | null>> {
    const response = await fetch(`${managementUrl}/environment`);
    return (await response.json()) as Record<string, string | null>;
  }

  it('starts several copies of a service, each with ports, variables and a log of its own', async () => {
    const system = await start({
      copies: { gateway: 2, metrics: 2 },
      env: { EXTRA: 'all' },
      appEnv: { metrics: { EXTRA: 'metrics' } },
    });
    const [first, second] = system.copiesOf('gateway');
    expect(system.services.gateway).toBe(first);
    expect(first?.baseUrl).toBe(system.baseUrl);
    expect(second?.baseUrl).not.toBe(system.baseUrl);
    expect(second?.pid()).not.toBe(first?.pid());
    const seen = await environmentOf(second?.managementUrl ?? '');
    expect(seen).toMatchObject({ EXTRA: 'all', PORT: new URL(second?.baseUrl ?? '').port });
    for (const { managementUrl } of system.copiesOf('metrics')) {
      expect((await environmentOf(managementUrl))['EXTRA']).toBe('metrics');
    }
    expect(second?.log()).toContain('service started');
  });

  it('leaves a killed service dead until the test starts it again', async () => {
    const { services, reports } = await start();
    const before = services.executor.pid();
    await services.executor.kill('SIGKILL');
    expect(services.executor.pid()).toBeUndefined();
    await expect(services.executor.waitReady(500)).rejects.toThrow('executor is not running');
    await services.executor.start();
    await services.executor.waitReady();
    expect(services.executor.pid()).not.toBe(before);
    expect(reports.filter((line) => line.includes('again'))).toEqual([]);
  });

  it('brings a killed service back when it is asked to supervise', async () => {
    const { services, reports } = await start({ restart: true });
    const before = services.scheduler.pid();
    await services.scheduler.kill('SIGKILL');
    await waitFor(() => services.scheduler.pid(), {
      what: 'a new scheduler',
      until: (pid) => pid !== undefined && pid !== before,
    });
    await services.scheduler.waitReady();
    expect(reports).toContain('scheduler was killed by SIGKILL; starting it again in 250 ms');
  });

  it('lets a test kill and restart the servers below, with their data', async () => {
    const { nats, postgres } = await start({ durable: true });
    await withPostgres(postgres.url, (client) => client.query('CREATE TABLE kept (id int)'));
    await Promise.all([nats.kill('SIGKILL'), postgres.kill('SIGKILL')]);
    expect([nats.pid(), postgres.pid()]).toEqual([undefined, undefined]);
    await Promise.all([nats.restart(), postgres.restart()]);
    await withPostgres(postgres.url, (client) => client.query('SELECT * FROM kept'));
    const connection = await connect({ servers: nats.url });
    await connection.close();
  });

  it('removes its data when it stops', async () => {
    const system = await start();
    await systems.pop()?.stop();
    expect(existsSync(system.dataFolder)).toBe(false);
    expect(system.services.gateway.pid()).toBeUndefined();
  });

  it('says what to run when nothing is built', async () => {
    const empty = temporaryFolder('empty');
    await expect(startRunnel({ root: empty.path })).rejects.toThrow('npm run build');
    empty.remove();
  });
});
