import { messageOf } from '@runnel/errors';
import type { WorkQueue } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import type { ShardOwner } from './shard-owner';

/** Rounds in which the queue must be found empty before runs still offered count as lost. */
const EMPTY_ROUNDS = 3;

/**
 * Watches the dispatch queue for loss: it lives in memory, so a restarted server has forgotten it. What was
 * offered and not taken is then offered again; a doubled offer is harmless, since the claim decides.
 */
export class QueueGuard {
  private known: string | undefined;
  private emptyRounds = 0;

  constructor(
    private readonly queue: WorkQueue,
    private readonly owners: readonly ShardOwner[],
    private readonly logger: Logger,
  ) {}

  /** Looks once; called every few seconds and after each reconnect. Never throws. */
  async look(): Promise<void> {
    try {
      const { createdAt } = await this.queue.ensure();
      const lost = this.known !== undefined && createdAt !== this.known;
      this.known = createdAt;
      if (lost || (await this.isSilentlyLost())) this.offerAgain();
    } catch (error) {
      this.logger.warn({ reason: messageOf(error) }, 'dispatch queue cannot be looked at');
    }
  }

  private async isSilentlyLost(): Promise<boolean> {
    const offered = this.owners.reduce(
      (sum, { scheduler }) => sum + (scheduler?.dispatcher.offeredCount ?? 0),
      0,
    );
    const missing = offered > 0 && (await this.queue.depth()) === 0;
    this.emptyRounds = missing ? this.emptyRounds + 1 : 0;
    return this.emptyRounds >= EMPTY_ROUNDS;
  }

  private offerAgain(): void {
    this.emptyRounds = 0;
    const offered = this.owners.reduce(
      (sum, { scheduler }) => sum + (scheduler?.dispatcher.offerAgain() ?? 0),
      0,
    );
    this.logger.warn({ offered }, 'dispatch queue was lost, its runs are offered again');
  }
}
