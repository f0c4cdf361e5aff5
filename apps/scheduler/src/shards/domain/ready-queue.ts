const PRIORITIES = 11;

/**
 * Runs that may be dispatched now: larger priority first, and within one priority in the order in which
 * they became ready (contracts/jobs.md B.3).
 */
export class ReadyQueue {
  private readonly lanes: readonly Set<string>[] = Array.from(
    { length: PRIORITIES },
    () => new Set(),
  );
  private readonly laneOf = new Map<string, Set<string>>();

  get size(): number {
    return this.laneOf.size;
  }

  /** Adds a run with a priority of 0 to 10; one that is queued already keeps its place. */
  add(runId: string, priority: number): void {
    if (this.laneOf.has(runId)) return;
    const lane = this.lanes[Math.min(Math.max(Math.trunc(priority), 0), PRIORITIES - 1)];
    if (lane === undefined) return;
    lane.add(runId);
    this.laneOf.set(runId, lane);
  }

  remove(runId: string): void {
    this.laneOf.get(runId)?.delete(runId);
    this.laneOf.delete(runId);
  }

  /** Takes the run whose turn it is, or undefined when none is ready. */
  take(): string | undefined {
    for (let priority = PRIORITIES - 1; priority >= 0; priority -= 1) {
      const next = this.lanes[priority]?.values().next();
      if (next === undefined || next.done === true) continue;
      this.remove(next.value);
      return next.value;
    }
    return undefined;
  }
}
