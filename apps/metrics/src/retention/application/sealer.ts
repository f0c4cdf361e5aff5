import type { Clock } from '@runnel/clock';
import { commitsOf } from '@runnel/projection';
import type { CommitEntry, LogEntry, RunLog } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import type { ReadModelCheck } from '../../audit/read-model-check';
import type { LeavingRun, SealedRuns } from './sealed-runs.port';

export interface SealerParts {
  readonly log: RunLog;
  readonly sealed: SealedRuns;
  readonly check: ReadModelCheck;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ended runs stay in the log for so long. */
  readonly hotMs: number;
}

/** Runs that are looked at together. */
const BATCH = 200;
/** Runs that one pass over a shard seals, at most. */
const MAX_PER_PASS = 10_000;

/**
 * Takes runs that ended long ago out of the log: their events and output stay in the read models. A run leaves only
 * when every version holds it, and when its rows are, to the letter, what the log says.
 */
export class Sealer {
  constructor(private readonly parts: SealerParts) {}

  /** One pass over a shard, from the oldest entry on. Resolves with how many runs have left. Throws UnavailableError. */
  async pass(shard: number, signal: AbortSignal): Promise<number> {
    const { sealed, log, clock, hotMs } = this.parts;
    // A process that died between the two steps has left runs behind that are neither here nor there.
    let count = await this.purge(shard, await sealed.leaving(shard));
    const endedBefore = clock.now() - hotMs;
    const upTo = Math.min(await sealed.reached(shard), await this.lastButOne(shard));
    const bounds = { shard, endedBefore, upTo };
    const seen = new Set<string>();
    const old: string[] = [];
    for await (const entries of commitsOf(log, { shard, after: 0, upTo, signal })) {
      const young = entries.findIndex((entry) => Date.parse(committedAt(entry)) > endedBefore);
      for (const { runId } of young < 0 ? entries : entries.slice(0, young)) {
        if (!seen.has(runId)) old.push(runId);
        seen.add(runId);
      }
      while (old.length >= BATCH) count += await this.seal(old.splice(0, BATCH), bounds);
      if (young >= 0 || count >= MAX_PER_PASS || signal.aborted) break;
    }
    return count + (signal.aborted ? 0 : await this.seal(old, bounds));
  }

  private async seal(
    runIds: readonly string[],
    bounds: Parameters<SealedRuns['mark']>[1],
  ): Promise<number> {
    if (runIds.length === 0) return 0;
    return this.purge(bounds.shard, await this.parts.sealed.mark(runIds, bounds));
  }

  /** The second step, which may come after a restart: looks at rows and log once more, and purges. */
  private async purge(shard: number, runs: readonly LeavingRun[]): Promise<number> {
    let count = 0;
    for (let at = 0; at < runs.length; at += BATCH) {
      count += await this.purgeSome(shard, runs.slice(at, at + BATCH));
    }
    return count;
  }

  private async purgeSome(shard: number, runs: readonly LeavingRun[]): Promise<number> {
    const { sealed, log, check, logger } = this.parts;
    const upTo = await this.lastButOne(shard); // before the looks: what comes after them stays
    const wrong = await check.differences(runs.map(({ runId }) => runId));
    const kept = new Set(wrong.map(({ runId }) => runId));
    for (const { runId, seq } of runs) {
      if ((await log.history(runId, seq)).commits.length > 0) kept.add(runId); // it lives again
      if (!kept.has(runId)) await log.seal(runId, upTo);
    }
    const left = runs.map(({ runId }) => runId).filter((runId) => !kept.has(runId));
    await sealed.left(left);
    await sealed.keep([...kept]);
    if (kept.size > 0)
      logger.warn({ shard, kept: kept.size }, 'ended runs stay in the log for now');
    return left.length;
  }

  /** The shard's last entry stays: a version that is built knows by it how far the log goes. */
  private async lastButOne(shard: number): Promise<number> {
    return (await this.parts.log.lastSequence(shard)) - 1;
  }
}

function committedAt(entry: LogEntry): string {
  return (entry as CommitEntry).commit.at;
}
