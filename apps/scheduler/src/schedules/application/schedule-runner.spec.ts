import { UnavailableError } from '@runnel/errors';
import { MemoryRunLog } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';

import { ManualClock, scheduled, target } from '../testing/schedule-samples.contract';
import { ScheduleRunner } from './schedule-runner';
import { runIdOf, ScheduledRuns } from './scheduled-runs';
import { Timetable } from './timetable';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

/** A log that can be cut off. */
class BreakableLog extends MemoryRunLog {
  isDown = false;

  override append(...args: Parameters<MemoryRunLog['append']>) {
    if (!this.isDown) return super.append(...args);
    return Promise.reject(new UnavailableError('nats', 'down'));
  }
}

/** One copy of what fires schedules. */
function copy(log: MemoryRunLog, clock: ManualClock) {
  const timetable = new Timetable();
  const seen: string[] = [];
  const runner = new ScheduleRunner({
    timetable,
    runs: new ScheduledRuns(log, clock),
    clock,
    logger: createLogger('test', 'fatal'),
    observe: (outcome) => seen.push(outcome),
  });
  const pass = async (ms: number): Promise<void> => {
    clock.ms += ms;
    runner.tick();
    await runner.settled();
  };
  return { timetable, seen, pass };
}

let log: BreakableLog;
let clock: ManualClock;
let one: ReturnType<typeof copy>;
beforeEach(() => {
  log = new BreakableLog({ shards: 1 });
  clock = new ManualClock(NOON);
  one = copy(log, clock);
});

/** Minutes after noon of the ticks of `dep_1` that have a run, oldest first, in seconds where they are no minutes. */
async function fired(until: number, stepMs = MINUTE): Promise<number[]> {
  const found: number[] = [];
  for (let at = NOON - 2 * 3_600_000; at <= until; at += stepMs) {
    const { commits } = await log.history(runIdOf({ target: target('dep_1'), nodeId: 'tick', at }));
    if (commits.length > 1) throw new Error('two commits of one tick');
    if (commits.length === 1) found.push((at - NOON) / stepMs);
  }
  return found;
}

describe(ScheduleRunner, () => {
  it('asks for the run of a tick, once, with its time', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(MINUTE - 1);
    expect(one.seen).toEqual([]);
    await one.pass(20);
    await one.pass(20);
    expect(one.seen).toEqual(['fired']);
    const tick = { target: target('dep_1'), nodeId: 'tick', at: NOON + MINUTE };
    const { commits } = await log.history(runIdOf(tick));
    expect(commits.map(({ commit }) => commit)).toMatchObject([
      {
        project: 'prj_a',
        actor: { kind: 'service', id: 'scheduler' },
        events: [
          {
            type: 'RunRequested',
            data: {
              kind: 'graph',
              deploymentId: 'dep_1',
              definition: { versionId: 'ver_1' },
              trigger: {
                type: 'schedule',
                nodeId: 'tick',
                scheduledFor: '2026-03-01T12:01:00.000Z',
              },
              payload: {
                inline: {
                  timestamp: '2026-03-01T12:01:00.019Z',
                  scheduledFor: '2026-03-01T12:01:00.000Z',
                },
              },
            },
          },
        ],
      },
    ]);
  });

  it('lets one of two win each tick, and the other know it', async () => {
    const other = copy(log, clock);
    for (const { timetable } of [one, other])
      timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    for (let minute = 1; minute <= 30; minute += 1) {
      clock.ms += MINUTE;
      await Promise.all([one.pass(0), other.pass(0)]);
    }
    const all = [...one.seen, ...other.seen];
    expect(all.filter((outcome) => outcome === 'fired')).toHaveLength(30);
    expect(all.filter((outcome) => outcome === 'known')).toHaveLength(30);
    expect(await fired(clock.ms)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it('fires what it could not store when the log is back, in order, and nothing twice', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(MINUTE);
    log.isDown = true;
    for (let minute = 0; minute < 3; minute += 1) await one.pass(MINUTE);
    expect(one.timetable.firedThrough(clock.ms)).toBe(NOON + 2 * MINUTE - 1);
    log.isDown = false;
    await one.pass(2_000);
    expect(one.seen).toEqual(['fired', 'fired', 'fired', 'fired']);
    expect(await fired(clock.ms)).toEqual([1, 2, 3, 4]);
    expect(one.timetable.firedThrough(clock.ms)).toBe(clock.ms);
  });

  it('catches up the last hour and no more', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '*/10 * * * *', NOON - 3 * 3_600_000)]);
    one.timetable.restart(NOON - 2 * 3_600_000);
    await one.pass(0);
    expect(await fired(clock.ms)).toEqual([-50, -40, -30, -20, -10, 0]);
    await one.pass(0);
    expect(one.seen).toHaveLength(6);
  });

  it('fires nothing from before the deployment was made, resumed or changed', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    one.timetable.restart(NOON - 3_600_000);
    await one.pass(2 * MINUTE);
    expect(await fired(clock.ms)).toEqual([1, 2]);
    one.timetable.replaceAll([]);
    await one.pass(5 * MINUTE);
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', clock.ms)]);
    await one.pass(MINUTE);
    expect(await fired(clock.ms)).toEqual([1, 2, 8]);
  });

  it('fires nothing of what is held until it is known again, and then what fell due', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    one.timetable.hold(['dep_1']);
    await one.pass(2 * MINUTE);
    expect(one.seen).toEqual([]);
    expect(one.timetable.firedThrough(clock.ms)).toBe(NOON + MINUTE - 1);
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(0);
    expect(one.seen).toEqual([]);
    one.timetable.replace(['dep_1'], [scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(0);
    expect(await fired(clock.ms)).toEqual([1, 2]);
  });

  it('keeps how far it has come when a definition is read again', async () => {
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(MINUTE);
    one.timetable.replaceAll([scheduled('dep_1', '* * * * *', NOON)]);
    await one.pass(MINUTE);
    expect(one.seen).toEqual(['fired', 'fired']);
  });

  it('serves many schedules in a moment, each once', async () => {
    one.timetable.replaceAll(
      Array.from({ length: 1_000 }, (_, n) => scheduled(`dep_${n}`, '* * * * *', NOON)),
    );
    await one.pass(MINUTE);
    for (let more = 0; more < 10; more += 1) await one.pass(50);
    expect(one.seen.filter((outcome) => outcome === 'fired')).toHaveLength(1_000);
  });

  it('says nothing of how far it has come before it knows what there is', () => {
    expect(new Timetable().firedThrough(NOON)).toBeUndefined();
  });
});
