import { DomainError } from '@runnel/errors';
import type { LogEntry } from '@runnel/run-log';

import type { ShardScanner } from '../tail/shard-scanner';
import type { Following, TailHub } from '../tail/tail-hub';
import { Arrivals } from './arrivals';
import { type Cursor, isAfter } from './cursor';
import { feedStart, hasEnded } from './feed-items';
import { type Dialect, type Frame, framesOf } from './frame';
import { FrameBatch } from './frame-batch';
import { type FeedSnapshot, RunFeed } from './run-feed';
import type { RunPast, RunReader } from './run-reader';
import type { EndReason, Sink } from './sink';

export interface WatchRequest {
  readonly runId: string;
  /** Of the credential; a run of another project is not found. */
  readonly project: string;
  /** Frames behind it are wanted. */
  readonly cursor: Cursor;
  readonly sink: Sink;
}

interface Parts {
  readonly hub: TailHub;
  readonly reader: Pick<RunReader, 'past'>;
  readonly scanner: ShardScanner;
}

/**
 * The runs that are watched through this process in one dialect. A watcher is first told the past behind its
 * cursor and then what comes, with nothing between and nothing twice: the past reaches up to where the tail's
 * recent entries begin, those reach up to the tail, and the last step is taken without a pause.
 */
export class RunFeeds {
  private readonly feeds = new Map<string, RunFeed>();
  private readonly followings = new Map<RunFeed, Following>();

  constructor(
    private readonly dialect: Dialect,
    private readonly parts: Parts,
  ) {}

  get size(): number {
    return this.feeds.size;
  }

  /**
   * Serves a watcher from its cursor on, until it is left or ended. Resolves once it has been told the past.
   * @returns how to leave
   * @throws DomainError RUN_NOT_FOUND; InvalidInputError for a broken history; UnavailableError
   */
  async watch(request: WatchRequest): Promise<() => void> {
    const { runId, project, cursor, sink } = request;
    const known = this.feeds.get(runId);
    if (known && known.project !== project) throw new DomainError('RUN_NOT_FOUND', 'run not found');
    if (known?.covers(cursor)) {
      known.join(sink, cursor);
      return this.leaver(runId, known, sink);
    }
    const past = await this.parts.reader.past(project, runId);
    const told = this.fold(past.entries);
    if (this.dialect.endsWithRun && hasEnded(told.state)) return tellAndEnd(told, request);
    return this.goLive(request, past);
  }

  private async goLive(request: WatchRequest, past: RunPast): Promise<() => void> {
    const { runId } = request;
    const arrivals = new Arrivals();
    const following = await this.parts.hub.followRun(runId, arrivals, past.until);
    try {
      const between = await this.parts.scanner.find({
        runId,
        after: past.until,
        until: following.from,
      });
      // From here on nothing is awaited: what the tail has handed on is all in `arrivals`.
      const rest = [...between, ...following.recent, ...arrivals.take()];
      const snapshot = this.fold(inOrder(past, rest));
      return this.attach(request, snapshot, following, arrivals);
    } catch (error) {
      following.stop();
      throw error;
    }
  }

  private attach(
    request: WatchRequest,
    snapshot: FeedSnapshot,
    following: Following,
    arrivals: Arrivals,
  ): () => void {
    const { runId, project, cursor, sink } = request;
    const missed = snapshot.frames.filter((frame) => isAfter(frame, cursor));
    let feed = this.feeds.get(runId);
    if (feed) following.stop();
    else {
      feed = new RunFeed(project, this.dialect, snapshot);
      this.register(runId, feed, following, arrivals);
    }
    feed.joinLive(sink, cursor, missed);
    this.releaseWhenEmpty(runId, feed);
    return this.leaver(runId, feed, sink);
  }

  private leaver(runId: string, feed: RunFeed, sink: Sink): () => void {
    return () => {
      feed.leave(sink);
      this.releaseWhenEmpty(runId, feed);
    };
  }

  private register(runId: string, feed: RunFeed, following: Following, arrivals: Arrivals): void {
    this.feeds.set(runId, feed);
    this.followings.set(feed, following);
    arrivals.handTo({
      onEntries: (entries) => {
        try {
          feed.advance(entries);
        } catch (error) {
          this.abandon(runId, feed, 'failed');
          throw error; // logged by the tail
        }
        this.releaseWhenEmpty(runId, feed);
      },
      onLost: () => this.abandon(runId, feed, 'lost'),
    });
  }

  private abandon(runId: string, feed: RunFeed, reason: EndReason): void {
    feed.endAll(reason);
    this.releaseWhenEmpty(runId, feed);
  }

  private releaseWhenEmpty(runId: string, feed: RunFeed): void {
    if (feed.watchers > 0) return;
    if (this.feeds.get(runId) === feed) this.feeds.delete(runId);
    this.followings.get(feed)?.stop();
    this.followings.delete(feed);
  }

  private fold(entries: readonly LogEntry[]): FeedSnapshot {
    let state = feedStart;
    const frames: Frame[] = [];
    for (const entry of entries) {
      const step = framesOf(this.dialect, state, entry);
      state = step.state;
      frames.push(...step.frames);
    }
    return { state, frames, position: entries.at(-1)?.position.seq ?? 0 };
  }
}

/** The past and what follows it, each entry once. */
function inOrder(past: RunPast, rest: readonly LogEntry[]): readonly LogEntry[] {
  const entries = [...past.entries];
  let last = past.until;
  for (const entry of rest) {
    if (entry.position.seq <= last) continue;
    last = entry.position.seq;
    entries.push(entry);
  }
  return entries;
}

function tellAndEnd(told: FeedSnapshot, { cursor, sink }: WatchRequest): () => void {
  const missed = told.frames.filter((frame) => isAfter(frame, cursor));
  if (missed.length > 0) sink.send(new FrameBatch(missed));
  sink.end('ended');
  return () => undefined;
}
