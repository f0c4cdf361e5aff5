/** How many runs of one project are offered or worked on at a time (contracts/automation.md C.6). */
export class ProjectBudget {
  private readonly projectOf = new Map<string, string>();
  private readonly count = new Map<string, number>();

  /** 0: no limit. */
  constructor(private readonly limit: number) {}

  /** Whether another run of the project may begin. */
  hasRoom(project: string): boolean {
    return this.limit === 0 || (this.count.get(project) ?? 0) < this.limit;
  }

  /** Counts a run, also one that is over the limit (it is at work already). Counted once. */
  take(project: string, runId: string): void {
    if (this.projectOf.has(runId)) return;
    this.projectOf.set(runId, project);
    this.count.set(project, (this.count.get(project) ?? 0) + 1);
  }

  /** No longer counts a run; answers with the project that has room now, if it was counted. */
  release(runId: string): string | undefined {
    const project = this.projectOf.get(runId);
    if (project === undefined) return undefined;
    this.projectOf.delete(runId);
    const left = (this.count.get(project) ?? 1) - 1;
    if (left > 0) this.count.set(project, left);
    else this.count.delete(project);
    return project;
  }
}

/**
 * The share of a shard in a project's limit. Shards are scheduled apart, and runs are spread over them by
 * their ids: together they keep to the limit without asking each other. 0: no limit.
 */
export function shareOf(limit: number, shards: number): number {
  return limit === 0 ? 0 : Math.max(1, Math.floor(limit / shards));
}
