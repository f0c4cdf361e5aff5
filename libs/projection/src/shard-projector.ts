import type { Secret } from '@runnel/config';
import { AdvisoryLock } from '@runnel/database';
import type { RunLog } from '@runnel/run-log';

import { backOffMs, pause } from './back-off';
import type { RunArchive } from './archive.port';
import type { BatchLimits } from './batch-reader';
import { Lane, PositionMovedError } from './lane';
import { type Layout, readLayout } from './layout';
import { LockedSession } from './locked-session';
import type { Projection } from './projection';
import type { AppliedBatch } from './projection-version';
import type { ProjectionWatch } from './projection-watch';

export interface ProjectorOptions {
  /** Postgres schema of the catalog and the read models. */
  readonly schema: string;
  readonly url: Secret;
  readonly projections: readonly Projection[];
  readonly runLog: Pick<RunLog, 'shards' | 'tail'>;
  readonly watch: ProjectionWatch;
  /** What has left the log, for versions that are built; nothing has when it is not given. */
  readonly archive?: RunArchive;
  readonly limits?: Partial<BatchLimits>;
  /** How often a shard that another process holds is asked for, and the catalog is looked at; ± a quarter. */
  readonly retryMs?: number;
}

const LIMITS: BatchLimits = { maxEntries: 500, intervalMs: 100 };
const RETRY_MS = 2_000;
/** Time for the news of a lost connection to arrive, which explains an error better than the error itself. */
const SETTLE_MS = 20;

interface Running {
  readonly session: LockedSession;
  readonly layout: Layout;
  readonly signal: AbortSignal;
}

/** Projects one shard whenever this process is the one that holds its lock. */
export class ShardProjector {
  private readonly stopping = new AbortController();
  private readonly limits: BatchLimits;
  private readonly lock: AdvisoryLock;
  private life: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ProjectorOptions,
    private readonly shard: number,
  ) {
    this.limits = { ...LIMITS, ...options.limits };
    this.lock = new AdvisoryLock(
      options.url.reveal(),
      `runnel-${options.schema}-projections-${shard}`,
      { keepConnection: true },
    );
  }

  start(): void {
    this.life = this.live();
  }

  /** Finishes the batch in hand and gives the shard up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.life;
  }

  private async live(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.tryToProject(signal);
      await pause(this.retryMs(), signal);
    }
    await this.lock.release().catch(() => undefined);
  }

  private async tryToProject(stop: AbortSignal): Promise<void> {
    const { watch } = this.options;
    const lost = new AbortController();
    try {
      if (!(await this.lock.tryAcquire((reason) => lost.abort(reason)))) {
        return watch.leftToOthers(this.shard);
      }
      watch.took(this.shard);
      const session = await LockedSession.open(this.lock.connection);
      await this.project(session, AbortSignal.any([stop, lost.signal]));
      if (lost.signal.aborted) watch.ownershipFailed(this.shard, lost.signal.reason);
    } catch (error) {
      watch.ownershipFailed(this.shard, lost.signal.aborted ? lost.signal.reason : error);
    }
    watch.left(this.shard);
    await this.lock.release().catch(() => undefined);
  }

  /** Projects until the signal fires, starting over whenever the catalog has changed. */
  private async project(session: LockedSession, signal: AbortSignal): Promise<void> {
    const { schema, projections } = this.options;
    while (!signal.aborted) {
      const layout = await readLayout(session, schema, projections);
      this.options.watch.layoutRead(this.shard, layout);
      const ending = new AbortController();
      const end = AbortSignal.any([signal, ending.signal]);
      const tasks = [
        this.untilChanged(session, layout, end),
        ...layout.lanes.map((versions) =>
          this.keepRunning(versions, { session, layout, signal: end }),
        ),
      ];
      await settled(tasks, () => ending.abort());
    }
  }

  private async untilChanged(
    session: LockedSession,
    layout: Layout,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      await pause(this.retryMs(), signal);
      if (signal.aborted || (await this.hasChanged(session, layout))) return;
    }
  }

  private async hasChanged(session: LockedSession, { key }: Layout): Promise<boolean> {
    const { schema, projections } = this.options;
    return (await readLayout(session, schema, projections)).key !== key;
  }

  /** Runs a lane, again after each failure, until the signal fires or the layout turns out to be an old one. */
  private async keepRunning(
    versions: Lane['versions'],
    { session, layout, signal }: Running,
  ): Promise<void> {
    const { watch } = this.options;
    const { shard } = this;
    let failures = 0;
    const lane: Lane = this.laneOf(versions, session, (batch) => {
      failures = 0;
      watch.applied(shard, lane.name, batch);
    });
    while (!signal.aborted) {
      try {
        await lane.run(signal);
      } catch (error) {
        if (error instanceof PositionMovedError) throw error;
        await pause(SETTLE_MS, signal);
        // What a version that was dropped meanwhile fails with is not a failure.
        if (signal.aborted || (await this.hasChanged(session, layout))) return;
        failures += 1;
        watch.laneFailed(shard, lane.name, error);
      }
      // Also when the log was closed under it: there is nothing to read, and no error to wait out.
      await pause(backOffMs(Math.max(1, failures), Math.random()), signal);
    }
  }

  private laneOf(
    versions: Lane['versions'],
    session: LockedSession,
    applied: (batch: AppliedBatch) => void,
  ): Lane {
    const { schema, runLog, archive } = this.options;
    const { shard, limits } = this;
    const parts = { schema, shard, runLog, session, limits, applied };
    return new Lane(versions, archive === undefined ? parts : { ...parts, archive });
  }

  private retryMs(): number {
    const { retryMs = RETRY_MS } = this.options;
    return retryMs * (0.75 + Math.random() / 2);
  }
}

/** Waits for all tasks; the first that ends ends the others. Throws what the first failure threw. */
async function settled(tasks: readonly Promise<void>[], endOthers: () => void): Promise<void> {
  const results = await Promise.allSettled(tasks.map((task) => task.finally(endOthers)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason as Error;
}
