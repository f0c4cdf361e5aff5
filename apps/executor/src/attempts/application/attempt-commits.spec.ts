import { Clock } from '@runnel/clock';
import { ConcurrencyError, UnavailableError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import {
  type Commit,
  commitOf,
  decide,
  foldRun,
  type RunCommand,
  type RunRequested,
  type StepEvent,
} from '@runnel/run-domain';
import { MemoryRunLog, type Position, type RunHistory } from '@runnel/run-log';

import { AttemptCommits } from './attempt-commits';

const PROJECT = 'prj_a';
const ACTOR = { kind: 'service', id: 'test' } as const;

class FixedClock extends Clock {
  override now(): number {
    return Date.parse('2026-03-01T00:00:00.000Z');
  }
}

const REQUEST: RunRequested = {
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

const STEP: StepEvent = {
  type: 'StepCompleted',
  data: {
    attempt: 1,
    key: 'call:0',
    nodeId: 'call',
    nodeType: 'HttpRequest',
    effect: 'outside',
    output: { inline: null },
    startedAt: '2026-03-01T00:00:00.000Z',
    durationMs: 1,
  },
};

const clock = new FixedClock();

async function decideDirectly(
  log: MemoryRunLog,
  runId: string,
  command: RunCommand,
): Promise<void> {
  const { commits, revision } = await log.history(runId);
  const events = decide(command, foldRun(commits.map(({ commit }) => commit)));
  await log.append(
    runId,
    revision,
    commitOf({
      commandId: newId('command'),
      project: PROJECT,
      actor: ACTOR,
      at: clock.iso(),
      events,
    }),
  );
}

async function queuedRun(log: MemoryRunLog): Promise<string> {
  const runId = newId('run');
  await decideDirectly(log, runId, { type: 'RequestRun', now: clock.iso(), request: REQUEST });
  return runId;
}

async function commitsOf(
  log: MemoryRunLog,
  runId: string,
  executor = 'exe_1',
): Promise<AttemptCommits> {
  const { commits, revision } = await log.history(runId);
  const state = foldRun(commits.map(({ commit }) => commit));
  if (state.status === 'absent') throw new Error('no such run');
  return new AttemptCommits(
    log,
    clock,
    executor,
    { runId, project: PROJECT, revision, state },
    new AbortController().signal,
  );
}

const complete = (now: string): readonly RunCommand[] => [
  { type: 'CompleteRun', now, output: { inline: 'done' } },
];

async function eventTypes(
  log: MemoryRunLog,
  runId: string,
): Promise<readonly (readonly string[])[]> {
  const { commits } = await log.history(runId);
  return commits.map(({ commit }) => commit.events.map(({ type }) => type));
}

describe(AttemptCommits, () => {
  it('tells of a run that ends before it touches the world in one commit, claim included', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    await (await commitsOf(log, runId)).append(complete);
    expect(await eventTypes(log, runId)).toEqual([
      ['RunRequested'],
      ['AttemptStarted', 'RunCompleted'],
    ]);
  });

  it('puts the claim alone into the log when it is asked for nothing else', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    await commits.append(() => []);
    await commits.append(() => []);
    expect(commits.claimed).toBe(true);
    expect(await eventTypes(log, runId)).toEqual([['RunRequested'], ['AttemptStarted']]);
  });

  it('lets one of two executors have a run', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const takers = await Promise.all(
      ['exe_1', 'exe_2'].map((executor) => commitsOf(log, runId, executor)),
    );
    const outcomes = await Promise.allSettled(takers.map((taker) => taker.append(() => [])));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'ATTEMPT_LOST' });
  });

  it('goes on after somebody else has added to the run without ending the attempt', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    await commits.append(() => []);
    await decideDirectly(log, runId, {
      type: 'AnnotateRun',
      now: clock.iso(),
      metadata: { note: 'seen' },
    });
    await commits.append(complete);
    expect((await eventTypes(log, runId)).at(-1)).toEqual(['RunCompleted']);
  });

  it('adds nothing to a run that was canceled meanwhile', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    await commits.append(() => []);
    await decideDirectly(log, runId, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
    await expect(commits.append(complete)).rejects.toMatchObject({ code: 'ATTEMPT_LOST' });
    expect((await eventTypes(log, runId)).at(-1)).toEqual(['RunCanceled']);
  });

  it('adds nothing once it was declared dead and the run went on elsewhere', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const late = await commitsOf(log, runId, 'exe_late');
    await late.append(() => []);
    const error = { type: 'ExecutorLost', message: 'gone' };
    await decideDirectly(log, runId, {
      type: 'CrashAttempt',
      now: clock.iso(),
      executor: 'exe_late',
      error,
      random: 0,
    });
    await (await commitsOf(log, runId, 'exe_next')).append(() => []);
    await expect(late.append(complete)).rejects.toMatchObject({ code: 'ATTEMPT_LOST' });
    expect((await eventTypes(log, runId)).flat()).not.toContain('RunCompleted');
  });

  it('keeps its commits in order when several are asked for at once', async () => {
    const log = new MemoryRunLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    const note =
      (value: string) =>
      (now: string): readonly RunCommand[] => [
        { type: 'AnnotateRun', now, metadata: { note: value } },
      ];
    await Promise.all(['a', 'b', 'c'].map((value) => commits.append(note(value))));
    const history = await log.history(runId);
    const notes = history.commits
      .flatMap(({ commit }) => commit.events)
      .filter(({ type }) => type === 'RunAnnotated');
    expect(notes.map(({ data }) => (data as { metadata: { note: string } }).metadata.note)).toEqual(
      ['a', 'b', 'c'],
    );
  });

  it('waits for a log that is away, and appends once it is back', async () => {
    const log = new FlakyLog(3);
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    log.failing = true;
    await commits.append(complete);
    expect((await eventTypes(log, runId)).at(-1)).toEqual(['AttemptStarted', 'RunCompleted']);
  });

  it('knows its own claim again whose acknowledgement was lost', async () => {
    const log = new DeafLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    log.deaf = 2;
    await commits.append(() => []);
    expect(commits.claimed).toBe(true);
    await commits.append(complete);
    expect(await eventTypes(log, runId)).toEqual([
      ['RunRequested'],
      ['AttemptStarted'],
      ['RunCompleted'],
    ]);
  });

  it('does not tell twice what was stored without an acknowledgement', async () => {
    const log = new DeafLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    await commits.append(() => []);
    log.deaf = 1;
    await commits.append((now) => [{ type: 'RecordSteps', now, attempt: 1, steps: [STEP] }]);
    await commits.append(complete);
    expect((await eventTypes(log, runId)).slice(2)).toEqual([['StepCompleted'], ['RunCompleted']]);
  });

  it('knows its commit again although the log went away once more while it looked', async () => {
    const log = new DeafLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    log.deaf = 1;
    log.unreadable = 2;
    await commits.append(complete);
    expect((await eventTypes(log, runId)).slice(1)).toEqual([['AttemptStarted', 'RunCompleted']]);
  });

  it('gives a run up that others keep moving', async () => {
    const log = new BusyLog();
    const runId = await queuedRun(log);
    const commits = await commitsOf(log, runId);
    log.busy = true;
    await expect(commits.append(complete)).rejects.toMatchObject({ code: 'ATTEMPT_LOST' });
  });
});

/** A log that is away for a number of appends. */
class FlakyLog extends MemoryRunLog {
  failing = false;

  constructor(private times: number) {
    super();
  }

  override async append(runId: string, revision: number, commit: Commit): Promise<Position> {
    if (this.failing && this.times > 0) {
      this.times -= 1;
      throw new UnavailableError('nats', 'away');
    }
    return super.append(runId, revision, commit);
  }
}

/** A log in which somebody else is always faster. */
class BusyLog extends MemoryRunLog {
  busy = false;

  override async append(runId: string, revision: number, commit: Commit): Promise<Position> {
    if (this.busy) throw new ConcurrencyError('somebody was faster');
    return super.append(runId, revision, commit);
  }
}

/** A log that stores and is not heard saying so, a number of times; then, as often as asked, cannot be read. */
class DeafLog extends MemoryRunLog {
  deaf = 0;
  unreadable = 0;

  override async append(runId: string, revision: number, commit: Commit): Promise<Position> {
    const position = await super.append(runId, revision, commit);
    if (this.deaf === 0) return position;
    this.deaf -= 1;
    throw new UnavailableError('nats', 'whether it is stored is not known');
  }

  override async history(runId: string, after?: number): Promise<RunHistory> {
    if (this.unreadable > 0) {
      this.unreadable -= 1;
      throw new UnavailableError('nats', 'away');
    }
    return super.history(runId, after);
  }
}
