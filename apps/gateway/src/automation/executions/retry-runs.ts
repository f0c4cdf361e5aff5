import { Injectable } from '@nestjs/common';
import type { Identity } from '@runnel/auth';

import { problemOf } from '../../http/errors/problem';
import { RepeatRun } from './repeat-run';
import type { RetryOutcome } from './run-commands.dto';

/** Retries under way at once for one request. */
const AT_ONCE = 10;

/** Retries many runs, each for itself: one that cannot be retried does not keep the others. */
@Injectable()
export class RetryRuns {
  constructor(private readonly repeating: RepeatRun) {}

  /** One outcome per distinct run, in the order asked for. With a key, sending it again starts no further run. */
  async retry(
    identity: Identity,
    runIds: readonly string[],
    idempotencyKey: string | undefined,
  ): Promise<readonly RetryOutcome[]> {
    const waiting = [...new Set(runIds)];
    const outcomes = new Map<string, RetryOutcome>(
      waiting.map((runId) => [runId, { runId, status: 'refused' }]),
    );
    const worker = async (): Promise<void> => {
      for (let runId = waiting.shift(); runId !== undefined; runId = waiting.shift()) {
        outcomes.set(runId, await this.retryOne(identity, runId, idempotencyKey));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return [...outcomes.values()];
  }

  private async retryOne(
    identity: Identity,
    runId: string,
    idempotencyKey: string | undefined,
  ): Promise<RetryOutcome> {
    try {
      const { runId: newRunId } = await this.repeating.repeat({
        how: 'retry',
        identity,
        runId,
        waits: false,
        signal: NEVER,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      return { runId, status: 'accepted', newRunId };
    } catch (error) {
      const { status, code, message } = problemOf(error);
      if (status === 500) throw error; // a bug is not an outcome
      return { runId, status: 'refused', error: { code, message } };
    }
  }
}

/** Nobody waits for the end of these runs. */
const NEVER = new AbortController().signal;
