import { Clock } from '@runnel/clock';
import { newId } from '@runnel/ids';
import type { DispatchMessage } from '@runnel/messaging';
import { commitOf, decide, foldRun, type RunCommand, type RunRequested } from '@runnel/run-domain';
import { MemoryRunLog, MemoryWorkQueue } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';
import { waitFor } from '@runnel/testing';

import { ExecutorWatch } from './executor-watch';
import { ShardScheduler } from './shard-scheduler';
import type { ShardSnapshot } from './snapshots.port';

const PROJECT = 'prj_a';
const LEASE_MS = 15_000;

class ManualClock extends Clock {
  constructor(public ms: number) {
    super();
  }

  override now(): number {
    return this.ms;
  }
}

const REQUEST: RunRequested = {
  kind: 'graph',
  definition: { id: 'pat_1', versionId: 'ver_1', version: 1, name: 'sample' },
  trigger: { type: 'webhook' },
  payload: { inline: { large: 'enough' } },
  firstAttempt: 1,
  policy: {
    maxAttempts: 3,
    retry: { strategy: 'fixed', baseMs: 10_000, maxMs: 10_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'run' },
    maxCrashesWithoutProgress: 3,
  },
  queue: 'default',
  priority: 0,
};

/** One shard with its scheduler, in memory, under a clock that only the test moves. */
class Fixture {
  readonly log = new MemoryRunLog({ shards: 1 });
  readonly queue = new MemoryWorkQueue();
  readonly clock = new ManualClock(Date.parse('2026-03-01T00:00:00.000Z'));
  readonly watch = new ExecutorWatch(LEASE_MS);
  projectLimit = 0;
  readonly offers: DispatchMessage[] = [];
  readonly moved: (readonly [runId: string, revision: number])[] = [];
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();
  scheduler = this.newScheduler();

  async start(snapshot: ShardSnapshot = { seq: 0, runs: [] }): Promise<void> {
    await this.queue.consume(
      'graph',
      (item) => {
        this.offers.push(JSON.parse(Buffer.from(item.data).toString()) as DispatchMessage);
        item.ack();
      },
      { maxItems: 1_000 },
    );
    this.scheduler.restore(snapshot);
    this.following = this.scheduler.follow(this.stopping.signal);
    this.pass(300);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  /** Lets time pass, and the scheduler do what is then due. */
  pass(ms: number): void {
    this.clock.ms += ms;
    this.scheduler.tick();
  }

  async request(over: Partial<RunRequested> = {}): Promise<string> {
    const runId = newId('run');
    await this.command(runId, {
      type: 'RequestRun',
      now: this.clock.iso(),
      request: { ...REQUEST, ...over },
    });
    return runId;
  }

  async command(runId: string, command: RunCommand): Promise<void> {
    const { commits, revision } = await this.log.history(runId);
    const events = decide(command, foldRun(commits.map(({ commit }) => commit)));
    const frame = {
      commandId: newId('command'),
      project: PROJECT,
      actor: { kind: 'service', id: 'executor' in command ? command.executor : 'test' } as const,
    };
    await this.log.append(runId, revision, commitOf({ ...frame, at: command.now, events }));
  }

  offered(runId: string, times = 1): Promise<unknown> {
    return waitFor(
      () =>
        this.offers.filter((offer) => offer.runId === runId).length >= times ? true : undefined,
      {
        timeoutMs: 2_000,
        what: `run ${runId} to be offered ${times} times`,
      },
    );
  }

  status(runId: string, status: string): Promise<unknown> {
    return waitFor(
      async () => {
        const { commits } = await this.log.history(runId);
        return foldRun(commits.map(({ commit }) => commit)).status === status ? true : undefined;
      },
      { timeoutMs: 2_000, what: `run to be ${status}` },
    );
  }

  /** The scheduler has folded everything that is in the log. */
  async caughtUp(): Promise<void> {
    const last = await this.log.lastSequence(0);
    await waitFor(() => (this.scheduler.runs.seq >= last ? true : undefined), {
      timeoutMs: 2_000,
      what: 'the fold',
    });
  }

  newScheduler(): ShardScheduler {
    return new ShardScheduler({
      shard: 0,
      log: this.log,
      queue: this.queue,
      watch: this.watch,
      notices: { moved: (runId, revision) => void this.moved.push([runId, revision]) },
      clock: this.clock,
      random: () => 0,
      logger: createLogger('scheduler', 'silent'),
      window: 2,
      projectLimit: this.projectLimit,
      endOfLog: 0,
    });
  }
}

describe(ShardScheduler, () => {
  let fixture: Fixture;

  beforeEach(() => {
    fixture = new Fixture();
  });

  afterEach(async () => {
    await fixture.stop();
  });

  it('offers a fresh run together with the commit that requested it', async () => {
    await fixture.start();
    const runId = await fixture.request();
    await fixture.offered(runId);
    expect(fixture.offers[0]).toMatchObject({ runId, project: PROJECT, revision: 1 });
    expect(fixture.offers[0]?.requested).toBeDefined();
  });

  it('offers no more than the window, and the next when one is taken', async () => {
    await fixture.start();
    const runs = [
      await fixture.request(),
      await fixture.request(),
      await fixture.request(),
    ] as const;
    await fixture.offered(runs[1]);
    await fixture.caughtUp();
    expect(fixture.offers).toHaveLength(2);
    await fixture.command(runs[0], {
      type: 'StartAttempt',
      now: fixture.clock.iso(),
      executor: 'exe_1',
    });
    await fixture.offered(runs[2]);
  });

  it('lets a run of high priority overtake those that wait', async () => {
    const waiting = [
      await fixture.request(),
      await fixture.request(),
      await fixture.request(),
    ] as const;
    const urgent = await fixture.request({ priority: 10 });
    await fixture.start();
    await fixture.caughtUp();
    fixture.pass(0);
    await fixture.offered(urgent);
    expect(fixture.offers.map(({ runId }) => runId)).toEqual([urgent, waiting[0]]);
  });

  it('starts a delayed run at its time and not before', async () => {
    await fixture.start();
    const scheduledAt = new Date(fixture.clock.now() + 60_000).toISOString();
    const runId = await fixture.request({ scheduledAt });
    await fixture.caughtUp();
    fixture.pass(59_000);
    await fixture.status(runId, 'delayed');
    fixture.pass(1_000);
    await fixture.status(runId, 'queued');
    await fixture.offered(runId);
  });

  it('offers a failed run again when its retry delay is over', async () => {
    await fixture.start();
    const runId = await fixture.request();
    await fixture.offered(runId);
    const now = fixture.clock.iso();
    await fixture.command(runId, { type: 'StartAttempt', now, executor: 'exe_1' });
    const error = { type: 'Error', message: 'boom' };
    await fixture.command(runId, {
      type: 'FailAttempt',
      now,
      attempt: 1,
      reason: 'server',
      error,
      random: 0,
    });
    await fixture.caughtUp();
    fixture.pass(9_000);
    expect(fixture.offers).toHaveLength(1);
    fixture.pass(1_500);
    await fixture.offered(runId, 2);
  });

  it('crashes what a dead executor holds, and offers it again', async () => {
    await fixture.start();
    const runId = await fixture.request();
    await fixture.offered(runId);
    await fixture.command(runId, {
      type: 'StartAttempt',
      now: fixture.clock.iso(),
      executor: 'exe_1',
    });
    await fixture.caughtUp();
    fixture.watch.heard('exe_1', fixture.clock.now());
    for (let passed = 0; passed <= LEASE_MS; passed += 1_000) {
      expect(fixture.scheduler.reapExecutors()).toBe(0);
      fixture.pass(1_000);
    }
    expect(fixture.scheduler.reapExecutors()).toBe(1);
    await fixture.offered(runId, 2);
  });

  it('steps in when an executor lives but does not end a run in time', async () => {
    await fixture.start();
    const runId = await fixture.request();
    await fixture.offered(runId);
    await fixture.command(runId, {
      type: 'StartAttempt',
      now: fixture.clock.iso(),
      executor: 'exe_1',
    });
    await fixture.caughtUp();
    fixture.pass(30_000);
    await fixture.status(runId, 'executing');
    fixture.pass(5_000);
    await fixture.status(runId, 'timed_out');
  });

  it('offers again what a lost queue has forgotten', async () => {
    await fixture.start();
    const runId = await fixture.request();
    await fixture.offered(runId);
    expect(fixture.scheduler.dispatcher.offerAgain()).toBe(1);
    await fixture.offered(runId, 2);
  });

  it('goes on from a snapshot: what had ended is gone, what lives is offered, with its payload left in the log', async () => {
    await fixture.start();
    const live = await fixture.request();
    const ended = await fixture.request();
    await fixture.offered(ended);
    await fixture.command(ended, { type: 'CancelRun', now: fixture.clock.iso(), reason: 'enough' });
    await fixture.caughtUp();
    const change = fixture.scheduler.snapshotChange();
    expect(change?.upserts.map(({ runId }) => runId)).toEqual([live]);
    expect(JSON.stringify(change)).not.toContain('enough');
    await fixture.stop();

    const next = fixture.newScheduler();
    next.restore({ seq: change?.to ?? 0, runs: change?.upserts ?? [] });
    fixture.clock.ms += 1_000;
    next.tick();
    await fixture.offered(live, 2);
    expect(fixture.offers.at(-1)?.requested).toBeUndefined();
  });

  it('takes up a dead letter that is replayed', async () => {
    await fixture.start();
    const runId = await fixture.request({
      policy: { ...REQUEST.policy, maxAttempts: 1, deadLetterFrom: 1 },
    });
    await fixture.offered(runId);
    const now = fixture.clock.iso();
    await fixture.command(runId, { type: 'StartAttempt', now, executor: 'exe_1' });
    const error = { type: 'Error', message: 'boom' };
    await fixture.command(runId, {
      type: 'FailAttempt',
      now,
      attempt: 1,
      reason: 'error',
      error,
      random: 0,
    });
    await fixture.caughtUp();
    expect(fixture.scheduler.runs.size).toBe(0);
    await fixture.command(runId, { type: 'ReplayDeadLetter', now });
    await fixture.offered(runId, 2);
  });

  it('tells executors of a run that was taken away from them, and of nothing else', async () => {
    await fixture.start();
    const now = fixture.clock.iso();
    const [worked, canceled, queued] = [
      await fixture.request(),
      await fixture.request(),
      await fixture.request(),
    ];
    for (const runId of [worked, canceled]) {
      await fixture.command(runId, { type: 'StartAttempt', now, executor: 'exe_1' });
      await fixture.command(runId, { type: 'AnnotateRun', now, metadata: { a: '1' } });
    }
    await fixture.command(canceled, { type: 'CancelRun', now, reason: 'enough' });
    const first = await fixture.log.lastSequence(0);
    await fixture.command(queued, { type: 'CancelRun', now, reason: 'enough' });
    await fixture.caughtUp();
    expect(fixture.moved).toEqual([
      [canceled, first],
      [queued, first + 1],
    ]);
  });

  it('offers a project no more than its share, and the next when one has ended', async () => {
    fixture.projectLimit = 1;
    fixture.scheduler = fixture.newScheduler();
    await fixture.start();
    const now = fixture.clock.iso();
    const [first, second, third] = [
      await fixture.request(),
      await fixture.request(),
      await fixture.request(),
    ];
    await fixture.offered(first);
    await fixture.command(first, { type: 'StartAttempt', now, executor: 'exe_1' });
    await fixture.command(third, { type: 'CancelRun', now, reason: 'while it is parked' });
    await fixture.caughtUp();
    fixture.pass(100);
    expect(fixture.offers.map(({ runId }) => runId)).toEqual([first]);
    expect(fixture.scheduler.dispatcher.readyCount).toBe(1);
    await fixture.command(first, { type: 'CompleteRun', now, output: { inline: null } });
    await fixture.offered(second);
    await fixture.command(second, { type: 'StartAttempt', now, executor: 'exe_1' });
    await fixture.command(second, { type: 'CompleteRun', now, output: { inline: null } });
    await fixture.caughtUp();
    const other = await fixture.request();
    await fixture.offered(other);
    expect(fixture.offers.map(({ runId }) => runId)).toEqual([first, second, other]);
  });
});
