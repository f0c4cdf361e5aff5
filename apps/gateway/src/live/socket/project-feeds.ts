import { Injectable } from '@nestjs/common';
import { type LogEntry, RunLog } from '@runnel/run-log';
import { isTerminalEvent } from './terminal-event';

import { type FeedItem, newLines } from '../feed/feed-items';
import { encodeItems, type Frame } from '../feed/frame';
import { type Following, TailHub } from '../tail/tail-hub';
import { SOCKET_DIALECT } from './socket-dialect';

/** A watcher of everything that happens in a project from now on. */
export interface ProjectSink {
  tell(runId: string, frames: readonly Frame[]): void;
  /** The tail is gone; what happens meanwhile is not known. */
  lost(): void;
}

/** What is remembered of a run between its entries. */
interface LiveRun {
  readonly definitionId: string | undefined;
  line: number;
}

/** Runs that are going on at once in watched projects; beyond it, the oldest are told without their definition. */
const MAX_LIVE_RUNS = 20_000;

/** All runs of watched projects, live: one pass over the log for all their watchers. */
@Injectable()
export class ProjectFeeds {
  private readonly sinks = new Map<string, Set<ProjectSink>>();
  private readonly runs = new Map<string, LiveRun>();
  private followings: Promise<readonly Following[]> | undefined;

  constructor(
    private readonly hub: TailHub,
    private readonly log: RunLog,
  ) {}

  /** Tells `sink` of everything in `project` from when this resolves; returns how to stop. Throws UnavailableError. */
  async watch(project: string, sink: ProjectSink): Promise<() => void> {
    await (this.followings ??= this.followAll());
    const sinks = this.sinks.get(project) ?? new Set();
    this.sinks.set(project, sinks.add(sink));
    return () => this.leave(project, sink);
  }

  private leave(project: string, sink: ProjectSink): void {
    const sinks = this.sinks.get(project);
    sinks?.delete(sink);
    if (sinks?.size === 0) this.sinks.delete(project);
    if (this.sinks.size === 0) this.stop();
  }

  private async followAll(): Promise<readonly Following[]> {
    const listener = {
      onEntries: (entries: readonly LogEntry[]): void => this.take(entries),
      onLost: (): void => this.lose(),
    };
    const shards = Array.from({ length: this.log.shards }, (_, shard) => shard);
    const results = await Promise.allSettled(
      shards.map((shard) => this.hub.followShard(shard, listener)),
    );
    const followings = results.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return followings;
    this.followings = undefined;
    for (const following of followings) following.stop();
    throw failed.reason;
  }

  private take(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const project = entry.kind === 'output' ? entry.project : entry.commit.project;
      const sinks = this.sinks.get(project);
      if (!sinks) continue;
      const frames = this.framesOf(entry);
      if (frames.length > 0) for (const sink of sinks) sink.tell(entry.runId, frames);
    }
  }

  private framesOf(entry: LogEntry): readonly Frame[] {
    const run = this.runOf(entry);
    let items: readonly FeedItem[];
    if (entry.kind === 'output') {
      const news = newLines(run.line, entry.lines);
      run.line = news.last;
      ({ items } = news);
    } else {
      const { at, events } = entry.commit;
      items = events.map((event) => ({ kind: 'event', event, at }));
      if (events.some(isTerminalEvent)) this.runs.delete(entry.runId);
    }
    return encodeItems(SOCKET_DIALECT, entry, items, run.definitionId);
  }

  private runOf(entry: LogEntry): LiveRun {
    const known = this.runs.get(entry.runId);
    if (known) return known;
    const first = entry.kind === 'commit' ? entry.commit.events[0] : undefined;
    const definitionId = first?.type === 'RunRequested' ? first.data.definition.id : undefined;
    const run = { definitionId, line: -1 };
    if (this.runs.size >= MAX_LIVE_RUNS) {
      const oldest = this.runs.keys().next();
      if (!oldest.done) this.runs.delete(oldest.value);
    }
    this.runs.set(entry.runId, run);
    return run;
  }

  private lose(): void {
    const sinks = [...this.sinks.values()].flatMap((set) => [...set]);
    this.sinks.clear();
    this.stop();
    for (const sink of sinks) sink.lost();
  }

  private stop(): void {
    this.runs.clear();
    const followings = this.followings;
    this.followings = undefined;
    void followings?.then((all) => all.forEach((following) => following.stop()));
  }
}
