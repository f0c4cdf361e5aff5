import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { auditAll } from '../support/audit';
import { type Client, registerUser } from '../support/client';
import { deploy, runsOf, scheduledGraph } from '../support/deployed-schedule';

/** While an every-second schedule runs, processes die at random moments; every second must have one run, none two. */
describe('whatever process dies, each tick of a schedule has one run', () => {
  let runnel: TestRunnel;
  let client: Client;
  let deploymentId: string;

  beforeAll(async () => {
    runnel = await startRunnel({
      durable: true,
      restart: true,
      copies: { scheduler: 2 },
      env: { RUNNEL_RATE_LIMITS: 'off', RUNNEL_LEASE_SECONDS: '3', RUNNEL_HEARTBEAT_MS: '500' },
    });
    client = await registerUser(runnel.baseUrl, 'schedules@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  beforeEach(async () => {
    ({ deploymentId } = await deploy(client, scheduledGraph({ tick: '* * * * * *' })));
    await ticksUntil(Date.now() + 1_000);
  });

  afterEach(async () => {
    await client.post(`/api/deployments/${deploymentId}/pause`);
    expect((await auditAll(runnel.nats.url)).differences).toEqual([]);
  });

  const ticks = async (): Promise<number[]> => {
    const runs = await runsOf(client, deploymentId);
    expect(runs.every(({ triggeredBy }) => triggeredBy === 'schedule')).toBe(true);
    // Pages move while runs are added: one run may be on two of them.
    const byRun = new Map(runs.map(({ id, eventData }) => [id, eventData?.scheduledFor ?? '']));
    return [...byRun.values()].map((at) => Date.parse(at)).sort((a, b) => a - b);
  };
  const isWhole = (found: readonly number[]): boolean =>
    found.every((at, index) => index === 0 || at - (found[index - 1] ?? 0) === 1_000);

  /** Waits until every second up to `until` has a run. */
  async function ticksUntil(until: number): Promise<number[]> {
    return waitFor(ticks, {
      what: `a run of every second up to ${new Date(until).toISOString()}`,
      until: (found) => isWhole(found) && (found.at(-1) ?? 0) >= until,
      timeoutMs: 90_000,
    });
  }

  async function expectOneRunPerSecond(): Promise<void> {
    const found = await ticksUntil(Date.now());
    expect(new Set(found).size).toBe(found.length);
  }

  it('one of two schedulers, or both, killed at random moments', async () => {
    const until = Date.now() + 30_000;
    let kills = 0;
    while (Date.now() < until) {
      const [one, two] = runnel.copiesOf('scheduler');
      const victim = Math.random() < 0.5 ? one : two;
      if (victim?.pid() !== undefined) {
        await victim.kill('SIGKILL');
        kills += 1;
      }
      const moment = Date.now() + Math.random() * 2_000;
      await waitFor(() => Date.now() >= moment, { what: 'a moment of no meaning' });
    }
    expect(kills).toBeGreaterThan(5);
    await expectOneRunPerSecond();
  });

  it('a scheduler that hangs with the lease in its hands, and wakes up', async () => {
    for (const scheduler of runnel.copiesOf('scheduler')) {
      await scheduler.waitReady();
      await scheduler.kill('SIGSTOP');
      await ticksUntil(Date.now() + 2_000);
      await scheduler.kill('SIGCONT');
      await ticksUntil(Date.now() + 1_000);
    }
    await expectOneRunPerSecond();
  });

  it('NATS, twice', async () => {
    for (let round = 0; round < 2; round += 1) {
      await runnel.nats.kill('SIGKILL');
      await ticksUntil(Date.now() + 1_000);
    }
    await expectOneRunPerSecond();
  });

  it('Postgres, twice', async () => {
    for (let round = 0; round < 2; round += 1) {
      await runnel.postgres.kill('SIGQUIT');
      await ticksUntil(Date.now() + 1_000);
    }
    await expectOneRunPerSecond();
  });

  it('all schedulers and the service that keeps the definitions, for a while', async () => {
    for (const service of [...runnel.copiesOf('scheduler'), runnel.services.deployments]) {
      await service.kill('SIGKILL');
    }
    await expectOneRunPerSecond();
  });
});
