import { SystemClock } from '@runnel/clock';
import { newId } from '@runnel/ids';
import { connectNats, type NatsConnection } from '@runnel/messaging';
import { commitOf, foldRun, type RunRequested } from '@runnel/run-domain';
import { connectWorkQueue } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';
import { startTestNats, type TestNats, waitFor } from '@runnel/testing';

import { ProjectBudget } from '../domain/project-budget';
import { Dispatcher } from './dispatcher';
import type { LiveRun } from './live-runs';

const RUNS = 60;
const clock = new SystemClock();

let nats: TestNats;
let connection: NatsConnection;
let ticks: NodeJS.Timeout | undefined;

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connectNats(nats.url, 'test');
});
afterEach(() => clearInterval(ticks));
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

describe(Dispatcher, () => {
  it('leaves a queue alone that refuses, says so once a period, and offers all when there is room', async () => {
    const queue = await connectWorkQueue({ connection, maxBytes: 2_000 });
    const runs = new Map(Array.from({ length: RUNS }, () => aRun()).map((run) => [run.runId, run]));
    const logger = createLogger('scheduler', 'silent');
    const warnings = jest.spyOn(logger, 'warn');
    let publishes = 0;
    const publish = queue.publish.bind(queue);
    queue.publish = (...args) => {
      publishes += 1;
      return publish(...args);
    };
    const find = (runId: string): LiveRun | undefined => runs.get(runId);
    const dispatcher = new Dispatcher(queue, find, logger, 512, new ProjectBudget(0), () =>
      clock.now(),
    );
    for (const run of runs.values()) dispatcher.add(run);

    const began = clock.now();
    ticks = setInterval(() => dispatcher.pump(), 20);
    await waitFor(() => (warnings.mock.calls.length >= 3 ? true : undefined), { what: 'warnings' });
    expect(clock.now() - began).toBeGreaterThanOrEqual(250 + 500);
    expect(publishes).toBeLessThanOrEqual(RUNS * 3);

    const taken = new Set<string>();
    const consumer = await queue.consume(
      'graph',
      (item) => {
        const { runId } = JSON.parse(Buffer.from(item.data).toString()) as { runId: string };
        taken.add(runId);
        dispatcher.remove(runId);
        item.ack();
      },
      { maxItems: 100 },
    );
    await waitFor(() => (taken.size === RUNS ? true : undefined), {
      timeoutMs: 30_000,
      what: 'all runs to be taken',
    });
    await consumer.stop();
    await queue.close();
  }, 60_000);
});

function aRun(): LiveRun {
  const request: RunRequested = {
    kind: 'graph',
    definition: { id: 'pat_1', versionId: 'ver_1', version: 1, name: 'sample' },
    trigger: { type: 'webhook' },
    payload: { inline: {} },
    firstAttempt: 1,
    policy: {
      maxAttempts: 1,
      retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
      timeout: { ms: 30_000, scope: 'run' },
      maxCrashesWithoutProgress: 3,
    },
    queue: 'default',
    priority: 0,
  };
  const decision = {
    commandId: newId('command'),
    project: 'prj_a',
    actor: { kind: 'service', id: 'test' },
    at: clock.iso(),
    events: [{ type: 'RunRequested', data: request }],
  } as const;
  const state = foldRun([commitOf(decision)]);
  if (state.status === 'absent') throw new Error('no run');
  return { runId: newId('run'), project: 'prj_a', revision: 1, state, requested: undefined };
}
