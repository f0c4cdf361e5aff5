import { Secret } from '@runnel/config';
import { createDataSource, initialize, migrate } from '@runnel/database';
import { connectNats, type NatsConnection } from '@runnel/messaging';
import { connectRunLog, type RunLog } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';
import {
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
  waitFor,
} from '@runnel/testing';
import type { DataSource } from 'typeorm';

import { SCHEDULER_SCHEMA } from '../schema';
import { PostgresScheduleLease } from './adapters/postgres-schedule-lease';
import { ScheduleRunner } from './application/schedule-runner';
import { ScheduleTurns } from './application/schedule-turns';
import { runIdOf, ScheduledRuns } from './application/scheduled-runs';
import { Timetable } from './application/timetable';
import { ManualClock, scheduled, target } from './testing/schedule-samples.contract';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const LEASE_MS = 400;

let postgres: TestPostgres;
let nats: TestNats;
let clock: ManualClock;
let admin: DataSource;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([
    startTestPostgres({ durable: true }),
    startTestNats({ fsync: true }),
  ]);
  admin = createDataSource(new Secret(postgres.url), SCHEDULER_SCHEMA, {
    applicationName: 'test',
  });
  await migrate(admin, SCHEDULER_SCHEMA.schema);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await admin.destroy();
  await Promise.all([postgres.stop(), nats.stop()]);
});
/** Each test has its own noon: nobody has come any further yet. */
beforeEach(async () => {
  await waitFor(() => admin.query('TRUNCATE scheduler.schedule_turn'), { what: 'a fresh lease' });
  clock = new ManualClock(NOON);
});

/** One copy of the scheduler's clockwork, with connections of its own, under the test's clock. */
async function startCopy(name: string, deploymentId: string) {
  const source = createDataSource(new Secret(postgres.url), SCHEDULER_SCHEMA, {
    applicationName: name,
  });
  await initialize(source);
  const connection: NatsConnection = await connectNats(nats.url, name);
  const log: RunLog = await connectRunLog({ connection, shards: 2 });
  closing.push(async () => {
    await log.close();
    await connection.close();
    await source.destroy();
  });
  const logger = createLogger('test', 'fatal');
  const timetable = new Timetable();
  const lease = new PostgresScheduleLease(source, name, LEASE_MS);
  const turns = new ScheduleTurns(lease, timetable, clock, logger);
  const seen: string[] = [];
  const runner = new ScheduleRunner({
    timetable,
    runs: new ScheduledRuns(log, clock),
    clock,
    logger,
    observe: (outcome) => seen.push(outcome),
  });
  timetable.replaceAll([scheduled(deploymentId, '* * * * *', NOON)]);
  const turn = async (): Promise<void> => {
    await turns.ask();
    if (turns.isOurs) runner.tick();
    await runner.settled();
  };
  return { log, turns, timetable, runner, seen, turn };
}
type Copy = Awaited<ReturnType<typeof startCopy>>;

async function startTwo(deploymentId: string): Promise<[Copy, Copy]> {
  return [await startCopy('one', deploymentId), await startCopy('two', deploymentId)];
}

const count = (copies: readonly Copy[], outcome: string): number =>
  copies.flatMap(({ seen }) => seen).filter((each) => each === outcome).length;

/** Minutes after noon that have a run of the deployment; fails when one has two commits. */
async function minutesFired(log: RunLog, deploymentId: string): Promise<number[]> {
  const found: number[] = [];
  for (let at = NOON - 2 * MINUTE; at <= clock.ms; at += MINUTE) {
    const tick = { target: target(deploymentId), nodeId: 'tick', at };
    const { commits } = await log.history(runIdOf(tick));
    expect(commits.length).toBeLessThanOrEqual(1);
    if (commits.length === 1) found.push((at - NOON) / MINUTE);
  }
  return found;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1);
/** Both have their turn until one is told that it is its own. */
const leaseOver = (copies: readonly Copy[]): Promise<unknown> =>
  waitFor(
    async () => {
      for (const { turn } of copies) await turn();
      return copies.filter(({ turns }) => turns.isOurs).length === 1;
    },
    { what: 'one copy to have its turn' },
  );

describe('two copies with one Postgres and one log', () => {
  it('take turns: one fires, each tick once', async () => {
    const copies = await startTwo('dep_turns');
    await leaseOver(copies);
    for (let minute = 1; minute <= 20; minute += 1) {
      clock.ms += MINUTE;
      await Promise.all(copies.map(({ turn }) => turn()));
    }
    expect(copies.filter(({ turns }) => turns.isOurs)).toHaveLength(1);
    expect(count(copies, 'fired')).toBe(20);
    expect(count(copies, 'known')).toBe(0);
    expect(await minutesFired(copies[0].log, 'dep_turns')).toEqual(upTo(20));
  });

  it('go on where the other was killed, whether or not it had told how far it was', async () => {
    const copies = await startTwo('dep_killed');
    await leaseOver(copies);
    for (let minute = 1; minute <= 8; minute += 1) {
      clock.ms += MINUTE;
      const holder = copies.find(({ turns }) => turns.isOurs);
      // Fires, and dies before it can say so.
      holder?.runner.tick();
      await holder?.runner.settled();
      const other = copies.find((copy) => copy !== holder);
      await waitFor(
        async () => {
          await other?.turn();
          return other?.turns.isOurs;
        },
        { what: 'the other to take over' },
      );
      // Back from the dead.
      await holder?.turn();
      expect(copies.filter(({ turns }) => turns.isOurs)).toEqual([other]);
    }
    expect(count(copies, 'fired')).toBe(8);
    expect(count(copies, 'known')).toBeGreaterThan(0);
    expect(await minutesFired(copies[0].log, 'dep_killed')).toEqual(upTo(8));
  });

  it('make good what the one before did not know of when it said how far it was', async () => {
    const copies = await startTwo('dep_unheard');
    await leaseOver(copies);
    const holder = copies.find(({ turns }) => turns.isOurs);
    const other = copies.find((copy) => copy !== holder);
    // It has missed the notice of the deployment.
    holder?.timetable.replaceAll([]);
    clock.ms += 1.5 * MINUTE;
    await holder?.turn();
    await holder?.turns.release();
    await other?.turn();
    expect(await minutesFired(copies[0].log, 'dep_unheard')).toEqual([1]);
  });

  it('catch up what no copy fired, when the last one to know comes back', async () => {
    const [first, second] = await startTwo('dep_gap');
    await leaseOver([first, second]);
    clock.ms += MINUTE;
    await leaseOver([first, second]);
    clock.ms += 10 * MINUTE;
    await leaseOver([first, second]);
    expect(await minutesFired(first.log, 'dep_gap')).toEqual(upTo(11));
  });

  it('lets the other go on at once when one is stopped in order', async () => {
    const copies = await startTwo('dep_stop');
    await leaseOver(copies);
    const holder = copies.find(({ turns }) => turns.isOurs);
    const other = copies.find((copy) => copy !== holder);
    await holder?.turns.release();
    await other?.turn();
    expect(other?.turns.isOurs).toBe(true);
  });

  it('fire without Postgres, each tick once, and take turns again when it is back', async () => {
    const copies = await startTwo('dep_postgres');
    await leaseOver(copies);
    await postgres.kill('SIGQUIT');
    for (let minute = 1; minute <= 3; minute += 1) {
      clock.ms += MINUTE;
      await Promise.all(copies.map(({ turn }) => turn()));
    }
    expect(copies.map(({ turns }) => turns.isOurs)).toEqual([true, true]);
    await postgres.restart();
    await leaseOver(copies);
    clock.ms += MINUTE;
    await leaseOver(copies);
    expect(count(copies, 'fired')).toBe(4);
    expect(await minutesFired(copies[0].log, 'dep_postgres')).toEqual(upTo(4));
  });

  it('fire what fell due while NATS was away', async () => {
    const copies = await startTwo('dep_nats');
    await leaseOver(copies);
    await nats.kill('SIGKILL');
    clock.ms += 3 * MINUTE;
    const waiting = Promise.all(copies.map(({ turn }) => turn()));
    await nats.restart();
    await waiting;
    await waitFor(
      async () => {
        clock.ms += 1_000;
        await Promise.all(copies.map(({ turn }) => turn()));
        return (await minutesFired(copies[0].log, 'dep_nats')).length >= 3;
      },
      { what: 'the ticks to be fired', timeoutMs: 20_000 },
    );
    const minutes = await minutesFired(copies[0].log, 'dep_nats');
    expect(minutes).toEqual(upTo(minutes.length));
  }, 40_000);
});
