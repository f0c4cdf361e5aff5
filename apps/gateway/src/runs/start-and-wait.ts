import { Injectable } from '@nestjs/common';
import { isErrorOfKind } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { statusFor } from '@runnel/run-domain';
import { IdempotencyKeys, RunLog } from '@runnel/run-log';

import { type RunWatch, RunWatches } from './run-watch';
import { StartRun, type StartRequest } from './start-run';
import { timedOut } from './timed-out';

/** How a caller wants to be answered. */
export interface Waiting {
  /** False: as soon as the log has the run. */
  readonly waits: boolean;
  /** The caller has gone. */
  readonly signal: AbortSignal;
}

/** A run with its status in the words of the automation door. */
export interface StartedRun {
  readonly runId: string;
  readonly status: string;
}

/** A command that may be sent twice: of one key within a scope there is one run. */
export interface OnceKey {
  readonly scope: string;
  readonly key: string;
}

type Start = Omit<StartRequest, 'runId'>;

/** The run has its own time limit; it should be heard before ours ends. */
const GRACE_MS = 2_000;

/** Starts a run and, if its caller waits, answers with how it ended. */
@Injectable()
export class StartAndWait {
  constructor(
    private readonly startRun: StartRun,
    private readonly watches: RunWatches,
    private readonly keys: IdempotencyKeys,
    private readonly log: RunLog,
  ) {}

  /**
   * Starts a new run; with `once`, at most one for that key: a repeat is answered with the first's run.
   * @returns `running` when the caller does not wait; a run that fails is no error
   * @throws what StartRun throws; HttpProblem 504 EXECUTION_TIMEOUT; UnavailableError
   */
  async start(start: Start, waiting: Waiting, once?: OnceKey): Promise<StartedRun> {
    if (once === undefined) return this.begin(start, newId('run'), waiting);
    const { runId, created } = await this.keys.reserve(once.scope, once.key, newId('run'));
    if (!created && (await this.exists(runId))) return this.join(runId, start, waiting);
    // Not created and not there: who took the key died before the run was asked for. It is asked for under
    // the id that the key names, so that of two who find this out one wins.
    try {
      return await this.begin(start, runId, waiting);
    } catch (error) {
      if (isErrorOfKind(error, 'concurrency')) return this.join(runId, start, waiting);
      throw error;
    }
  }

  /** The run that a key has already, undefined when it has none (yet). Throws UnavailableError. */
  async holder({ scope, key }: OnceKey): Promise<string | undefined> {
    const runId = await this.keys.holder(scope, key);
    return runId !== undefined && (await this.exists(runId)) ? runId : undefined;
  }

  /** Waits for a run that exists, whoever started it. Throws HttpProblem 504 EXECUTION_TIMEOUT. */
  async join(runId: string, start: Pick<Start, 'target'>, waiting: Waiting): Promise<StartedRun> {
    if (!waiting.waits) return { runId, status: 'running' };
    const watch = await this.watches.join(watchOptions(runId, start, waiting));
    return outcomeOf(watch, runId);
  }

  private async begin(start: Start, runId: string, waiting: Waiting): Promise<StartedRun> {
    if (!waiting.waits) {
      await this.startRun.start({ ...start, runId });
      return { runId, status: 'running' };
    }
    const watch = await this.watches.begin(watchOptions(runId, start, waiting));
    try {
      await this.startRun.start({ ...start, runId });
      return await outcomeOf(watch, runId);
    } finally {
      watch.stop();
    }
  }

  private async exists(runId: string): Promise<boolean> {
    return (await this.log.history(runId)).revision > 0;
  }
}

function watchOptions(runId: string, { target }: Pick<Start, 'target'>, { signal }: Waiting) {
  const timeoutMs = target.policy.timeout.ms + GRACE_MS;
  return { runId, timeoutMs, untilResponse: false, signal };
}

async function outcomeOf(watch: RunWatch, runId: string): Promise<StartedRun> {
  const outcome = await watch.outcome();
  if (outcome.kind !== 'ended') throw timedOut(runId);
  const status = statusFor('automation', outcome.run.status);
  if (status === 'timeout') throw timedOut(runId);
  return { runId, status };
}
