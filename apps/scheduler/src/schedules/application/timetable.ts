import { Schedule, scheduleProblem } from '@runnel/cron';
import type { DeploymentTarget, ScheduledDeployment } from '@runnel/messaging';

/** A schedule of a deployment and how far it has been fired. Times in ms since the epoch. */
export interface Entry {
  readonly target: DeploymentTarget;
  readonly nodeId: string;
  readonly schedule: Schedule;
  /** It was deployed, resumed or changed then: earlier ticks are not its business. */
  readonly since: number;
  /** All its ticks up to here are done with. */
  cursor: number;
  /** Its first tick after the cursor; undefined when there is none. */
  next: number | undefined;
  /** Not before this: the log could not be reached. */
  retryAt: number;
  isFiring: boolean;
}

/** What the clock has to start, and when next. In memory; the definitions are where it comes from. */
export class Timetable {
  private readonly deployments = new Map<string, readonly Entry[]>();
  private readonly held = new Set<string>();
  private floor = Number.NEGATIVE_INFINITY;
  private loaded = false;

  /** Whether all deployments have been put here once. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  get size(): number {
    let count = 0;
    for (const entries of this.deployments.values()) count += entries.length;
    return count;
  }

  /** Begins anew: everything after `floor` that a schedule's own start does not rule out is to be fired. */
  restart(floor: number): void {
    this.floor = floor;
    for (const entry of this.entries()) setCursor(entry, Math.max(entry.since, floor));
  }

  /** The deployments as they are now; those not named have no schedules. */
  replaceAll(deployments: readonly ScheduledDeployment[]): void {
    const named = new Set(deployments.map(({ target }) => target.deploymentId));
    for (const id of this.deployments.keys()) if (!named.has(id)) this.deployments.delete(id);
    for (const deployment of deployments) this.put(deployment);
    this.loaded = true;
  }

  /** The deployments `ids` as they are now; those without an item have no schedules. Ends their being held. */
  replace(ids: readonly string[], items: readonly ScheduledDeployment[]): void {
    const named = new Map(items.map((item) => [item.target.deploymentId, item]));
    for (const id of ids) {
      const item = named.get(id);
      if (item) this.put(item);
      else this.deployments.delete(id);
      this.held.delete(id);
    }
  }

  /** Fires nothing of these deployments until they are replaced: what is known of them is no longer true. */
  hold(ids: readonly string[]): void {
    for (const id of ids) this.held.add(id);
  }

  ofProject(project: string): string[] {
    return [...this.deployments]
      .filter(([, entries]) => entries[0]?.target.project === project)
      .map(([id]) => id);
  }

  /** Entries with something to fire at `now` that may be fired. */
  *due(now: number): Iterable<Entry> {
    for (const [id, entries] of this.deployments) {
      if (this.held.has(id)) continue;
      for (const entry of entries) {
        const isDue = entry.next !== undefined && entry.next <= now;
        if (isDue && !entry.isFiring && entry.retryAt <= now) yield entry;
      }
    }
  }

  /** Whether this is still what the deployment says. */
  isCurrent(entry: Entry): boolean {
    const { deploymentId } = entry.target;
    const entries = this.deployments.get(deploymentId) ?? [];
    return !this.held.has(deploymentId) && entries.includes(entry);
  }

  /** The time up to which all ticks have been fired; undefined while it is not known which there are. */
  firedThrough(now: number): number | undefined {
    if (!this.loaded) return undefined;
    let through = now;
    for (const { next } of this.entries())
      if (next !== undefined) through = Math.min(through, next - 1);
    return through;
  }

  private *entries(): Iterable<Entry> {
    for (const entries of this.deployments.values()) yield* entries;
  }

  private put({ target, schedules }: ScheduledDeployment): void {
    const before = this.deployments.get(target.deploymentId) ?? [];
    const entries = schedules.flatMap((described) => {
      const { nodeId, cronExpression, timezone } = described;
      // Rules may have become stricter since it was deployed; the API shows it without a next run.
      if (scheduleProblem(cronExpression, timezone) !== undefined) return [];
      const since = Date.parse(described.since);
      const known = before.find((entry) => entry.nodeId === nodeId);
      const entry: Entry = {
        target,
        nodeId,
        schedule: Schedule.of(cronExpression, timezone),
        since,
        cursor: since,
        next: undefined,
        retryAt: 0,
        isFiring: false,
      };
      setCursor(entry, Math.max(since, known?.cursor ?? this.floor));
      return [entry];
    });
    if (entries.length > 0) this.deployments.set(target.deploymentId, entries);
    else this.deployments.delete(target.deploymentId);
  }
}

/** Marks all ticks up to `cursor` as done with. */
export function setCursor(entry: Entry, cursor: number): void {
  entry.cursor = cursor;
  entry.next = entry.schedule.next(cursor);
}
