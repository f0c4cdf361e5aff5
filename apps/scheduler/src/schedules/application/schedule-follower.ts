import type { DefinitionsChanged } from '@runnel/messaging';
import { messageOf } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';

import type { ScheduleSource } from './schedule-source.port';
import type { Timetable } from './timetable';

/** A notice that was lost counts for no longer than this. */
const REFRESH_MS = 30_000;
const RETRY_MS = 1_000;
/** Asked for at once. */
const BATCH = 50;
/** With more changes than this all are read anew. */
const MAX_CHANGED = 1_000;

/**
 * Keeps the timetable as the definitions are: reads all of them now and then, and at once what a notice says has
 * changed. One reading at a time, so that an old answer never takes the place of a new one.
 */
export class ScheduleFollower {
  private readonly changed = new Set<string>();
  private readonly stopping = new AbortController();
  private hasRead = false;
  private wantsAll = true;
  private wake: () => void = () => undefined;
  private finished: Promise<void> = Promise.resolve();
  private refresh: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: ScheduleSource,
    private readonly timetable: Timetable,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.refresh = setInterval(() => this.readAll(), REFRESH_MS);
    this.finished = this.follow();
  }

  async stop(): Promise<void> {
    clearInterval(this.refresh);
    this.stopping.abort();
    this.wake();
    await this.finished;
  }

  /** What changed is not fired any more until it has been read again. */
  heard({ project, deploymentIds, webhookIds, apiKeyHashes }: DefinitionsChanged): void {
    const isAll = deploymentIds.length + webhookIds.length + apiKeyHashes.length === 0;
    const ids = isAll ? this.timetable.ofProject(project) : deploymentIds;
    this.timetable.hold(ids);
    for (const id of ids) this.changed.add(id);
    if (isAll || this.changed.size > MAX_CHANGED) this.wantsAll = true;
    this.wake();
  }

  /** Notices may have been missed. */
  readAll(): void {
    this.wantsAll = true;
    this.wake();
  }

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const isDone = await this.read();
      if (!isDone) await this.pause(RETRY_MS);
      else if (!this.wantsAll && this.changed.size === 0) await this.pause();
    }
  }

  private async read(): Promise<boolean> {
    try {
      if (this.changed.size > 0) await this.readChanged();
      else if (this.wantsAll) await this.readEverything();
      this.hasRead = true;
      return true;
    } catch (error) {
      // The services start together: that one of them is not there yet is no news.
      const level = this.hasRead ? 'warn' : 'info';
      this.logger[level]({ reason: messageOf(error) }, 'schedules not read, will be read again');
      return false;
    }
  }

  private async readEverything(): Promise<void> {
    this.wantsAll = false;
    try {
      this.timetable.replaceAll(await this.source.all());
    } catch (error) {
      this.wantsAll = true;
      throw error;
    }
  }

  private async readChanged(): Promise<void> {
    const ids = [...this.changed].slice(0, BATCH);
    for (const id of ids) this.changed.delete(id);
    try {
      const items = await this.source.ofDeployments(ids);
      // One that has changed again meanwhile stays held, and is read again.
      this.timetable.replace(
        ids.filter((id) => !this.changed.has(id)),
        items.filter(({ target }) => !this.changed.has(target.deploymentId)),
      );
    } catch (error) {
      for (const id of ids) this.changed.add(id);
      throw error;
    }
  }

  /** Until there is something to read; with a time, until that has passed. */
  private async pause(ms?: number): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.wake = () => {
        if (timer !== undefined && !this.stopping.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}
