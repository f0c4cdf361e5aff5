import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock } from '@runnel/clock';
import { isErrorOfKind } from '@runnel/errors';
import { newId } from '@runnel/ids';
import {
  type Actor,
  type Commit,
  commitOf,
  decideAll,
  type ExistingRun,
  foldCommit,
  foldRun,
  type RunCommand,
} from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';

import { AttemptLost } from './attempt-lost';

/** What an executor has in hand when it takes a run. */
export interface TakenRun {
  readonly runId: string;
  readonly project: string;
  readonly revision: number;
  readonly state: ExistingRun;
}

/** Pause between two tries to reach a log that is away. */
const UNAVAILABLE_PAUSE_MS = 250;
/** A run whose subject somebody else keeps moving is given up after so many lost races in a row. */
const MAX_LOST_RACES = 50;

/**
 * The commits of one attempt, one after the other, each expecting the one before. The first carries the
 * claim; the claim may be alone, or go with everything else when the run ends before it touches the world.
 */
export class AttemptCommits {
  private state: ExistingRun;
  private revision: number;
  private claim: number | undefined;
  private queue: Promise<void> = Promise.resolve();
  private readonly actor: Actor;

  constructor(
    private readonly log: RunLog,
    private readonly clock: Clock,
    private readonly executor: string,
    private readonly run: TakenRun,
    /** Ends waiting for a log that is away. */
    private readonly signal: Pick<AbortSignal, 'aborted'>,
  ) {
    this.state = run.state;
    this.revision = run.revision;
    this.actor = { kind: 'service', id: executor };
  }

  /** The run as this attempt has left it. */
  get current(): ExistingRun {
    return this.state;
  }

  get claimed(): boolean {
    return this.claim !== undefined;
  }

  /** Whether the attempt builds on a state of the run from before `revision`. */
  isOlderThan(revision: number): boolean {
    return this.revision < revision;
  }

  /**
   * Appends what the commands decide, as one commit, with the claim before them if it is not in the log yet.
   * `commands` is called with the time of each try. Commits of one attempt wait for each other.
   * @throws AttemptLost when the run has moved on; UnavailableError when the attempt ends before the log is back
   */
  append(commands: (now: string) => readonly RunCommand[]): Promise<void> {
    const appended = this.queue.then(() => this.appendNow(commands));
    this.queue = appended.catch(() => undefined); // whoever called append is told; the next commit finds out by itself
    return appended;
  }

  /** Resolves when no commit is under way. Never rejects. */
  idle(): Promise<void> {
    return this.queue;
  }

  /**
   * One decision, one command id over all tries: a commit whose acknowledgement was lost is known again in
   * the history, and not made a second time.
   */
  private async appendNow(commands: (now: string) => readonly RunCommand[]): Promise<void> {
    const commandId = newId('command');
    let lost = false;
    for (let lostRaces = 0; lostRaces < MAX_LOST_RACES;) {
      try {
        if (lost && (await this.reload(commandId))) return;
        lost = false;
        return await this.tryAppend(commandId, commands);
      } catch (error) {
        if (isErrorOfKind(error, 'domain')) throw new AttemptLost(this.run.runId, { cause: error });
        if (isErrorOfKind(error, 'unavailable') && !this.signal.aborted) {
          await sleep(UNAVAILABLE_PAUSE_MS);
          continue;
        }
        if (!isErrorOfKind(error, 'concurrency')) throw error;
        lostRaces += 1;
        lost = true;
      }
    }
    throw new AttemptLost(this.run.runId);
  }

  private async tryAppend(
    commandId: string,
    commands: (now: string) => readonly RunCommand[],
  ): Promise<void> {
    const now = this.clock.iso();
    const claim: readonly RunCommand[] = this.claimed
      ? []
      : [{ type: 'StartAttempt', now, executor: this.executor }];
    const events = decideAll([...claim, ...commands(now)], this.state);
    if (events.length === 0) return;
    const { runId, project } = this.run;
    const commit = commitOf({ commandId, project, actor: this.actor, at: now, events });
    const position = await this.log.append(runId, this.revision, commit);
    const state = foldCommit(this.state, commit);
    if (state.status === 'absent') throw new AttemptLost(runId);
    this.claim ??= state.claim;
    this.state = state;
    this.revision = position.seq;
  }

  /**
   * After a lost race: true when the winner was our own commit, unheard of until now; false when the run is
   * still ours to work on. Throws AttemptLost when it is not, UnavailableError.
   */
  private async reload(commandId: string): Promise<boolean> {
    const history = await this.log.history(this.run.runId);
    const commits = history.commits.map(({ commit }) => commit);
    const state = foldRun(commits);
    const own = commits.find((commit) => commit.commandId === commandId);
    const ours =
      this.claim === undefined
        ? state.status === 'queued'
        : state.status === 'executing' &&
          state.executor === this.executor &&
          state.claim === this.claim;
    if (state.status === 'absent' || (!own && !ours)) throw new AttemptLost(this.run.runId);
    this.claim ??= own && claimIn(own);
    this.state = state;
    this.revision = history.revision;
    return own !== undefined;
  }
}

function claimIn({ events }: Commit): number | undefined {
  return events.find((event) => event.type === 'AttemptStarted')?.data.claim;
}
