/** A gap between two looks at the clock that says: this process slept, not the executors. */
const SLEPT_MS = 5_000;

/**
 * Which executors live. An executor that has been silent for the lease time is dead; silence that this
 * process could not have heard (it slept, or was cut off) counts for nothing.
 */
export class ExecutorWatch {
  private readonly lastSeen = new Map<string, number>();
  private lookedAt: number | undefined;

  constructor(private readonly leaseMs: number) {}

  /** A heartbeat was heard at `now` (ms since the epoch). */
  heard(executor: string, now: number): void {
    this.lastSeen.set(executor, now);
  }

  /** Gives every known executor a whole lease from `now` on: after a lost connection, after sleep. */
  pardonAll(now: number): void {
    for (const executor of this.lastSeen.keys()) this.lastSeen.set(executor, now);
    this.lookedAt = now;
  }

  /** Those of `holders` whose lease has run out. One never heard of has a lease from its first mention. */
  deadAmong(holders: Iterable<string>, now: number): readonly string[] {
    if (this.lookedAt !== undefined && now - this.lookedAt > SLEPT_MS) this.pardonAll(now);
    this.lookedAt = now;
    const dead: string[] = [];
    for (const executor of holders) {
      const seen = this.lastSeen.get(executor);
      if (seen === undefined) this.lastSeen.set(executor, now);
      else if (now - seen > this.leaseMs) dead.push(executor);
    }
    return dead;
  }

  /** Forgets executors that have been silent for ten leases: their ids never come back. */
  prune(now: number): void {
    for (const [executor, seen] of this.lastSeen) {
      if (now - seen > this.leaseMs * 10) this.lastSeen.delete(executor);
    }
  }
}
