import type { LogEntry } from '@runnel/run-log';

import { BEGINNING, type Cursor, isAfter } from './cursor';
import { type FeedState, hasEnded } from './feed-items';
import { type Dialect, type Frame, framesOf } from './frame';
import { FrameBatch } from './frame-batch';
import type { EndReason, Sink } from './sink';

/** Text kept for those who come later: most runs fit, whatever the number of their watchers. */
const MAX_KEPT_CHARACTERS = 128 * 1_024;

export interface FeedSnapshot {
  readonly state: FeedState;
  readonly frames: readonly Frame[];
  /** Sequence of the last entry that went in. */
  readonly position: number;
}

/** One run as its watchers in this process see it: folded once, encoded once. */
export class RunFeed {
  /** Watchers, each with the cursor that it came with while this feed has not passed it. */
  private readonly sinks = new Map<Sink, Cursor | undefined>();
  private kept: Frame[] = [];
  private keptCharacters = 0;
  /** Every frame behind this cursor is kept. */
  private keptFrom: Cursor = BEGINNING;
  private state: FeedState;
  private position: number;

  constructor(
    readonly project: string,
    private readonly dialect: Dialect,
    snapshot: FeedSnapshot,
  ) {
    this.state = snapshot.state;
    this.position = snapshot.position;
    this.keep(snapshot.frames);
  }

  get watchers(): number {
    return this.sinks.size;
  }

  /** Whether a watcher at `cursor` can be served from what is kept. */
  covers(cursor: Cursor): boolean {
    return !isAfter(this.keptFrom, cursor);
  }

  /** Sends the kept frames behind `cursor` and then what comes; ends at once when the run has ended. */
  join(sink: Sink, cursor: Cursor): void {
    const missed = this.kept.filter((frame) => isAfter(frame, cursor));
    this.joinLive(sink, cursor, missed);
  }

  /** Like `join`, for a watcher who found out by itself what it had missed. */
  joinLive(sink: Sink, cursor: Cursor, missed: readonly Frame[]): void {
    if (missed.length > 0) sink.send(new FrameBatch(missed));
    if (this.dialect.endsWithRun && hasEnded(this.state)) return sink.end('ended');
    // A tail that has just been started reads first what the read model has told long ago.
    this.sinks.set(sink, missed.at(-1) ?? cursor);
  }

  leave(sink: Sink): void {
    this.sinks.delete(sink);
  }

  /** Takes the run's next entries and tells the watchers. Throws when the history is broken. */
  advance(entries: readonly LogEntry[]): void {
    let frames: Frame[] = [];
    for (const entry of entries) {
      if (entry.position.seq <= this.position) continue;
      const step = framesOf(this.dialect, this.state, entry);
      this.state = step.state;
      this.position = entry.position.seq;
      frames.push(...step.frames);
      if (!this.dialect.endsWithRun || !hasEnded(this.state)) continue;
      this.tell(frames);
      this.endAll('ended');
      frames = [];
    }
    this.tell(frames);
  }

  endAll(reason: EndReason): void {
    const sinks = [...this.sinks.keys()];
    this.sinks.clear();
    for (const sink of sinks) sink.end(reason);
  }

  private tell(frames: readonly Frame[]): void {
    if (frames.length === 0) return;
    this.keep(frames);
    const batch = new FrameBatch(frames);
    for (const [sink, cursor] of [...this.sinks]) {
      if (cursor) this.tellBehind(sink, cursor, frames);
      else sink.send(batch);
    }
  }

  private tellBehind(sink: Sink, cursor: Cursor, frames: readonly Frame[]): void {
    const behind = frames.filter((frame) => isAfter(frame, cursor));
    if (behind.length === 0) return;
    this.sinks.set(sink, undefined);
    sink.send(new FrameBatch(behind));
  }

  private keep(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.kept.push(frame);
      this.keptCharacters += frame.text.length;
    }
    let drop = 0;
    while (this.keptCharacters > MAX_KEPT_CHARACTERS) {
      const frame = this.kept[drop];
      if (!frame) break;
      this.keptCharacters -= frame.text.length;
      this.keptFrom = frame;
      drop += 1;
    }
    if (drop > 0) this.kept = this.kept.slice(drop);
  }
}
