import type { LogEntry } from '@runnel/run-log';

import { type Cursor, cursorId, WHOLE } from './cursor';
import { type FeedItem, type FeedState, itemsOf } from './feed-items';

/** One message to a watcher, ready to be sent. */
export interface Frame extends Cursor {
  readonly text: string;
}

/** Whose item it is. */
export interface RunRef {
  readonly id: string;
  readonly project: string;
  /** Of the pattern, pipeline or job; unknown to a reader who came after the run was asked for. */
  readonly definitionId?: string | undefined;
}

/** How a kind of watcher wants to be told. */
export interface Dialect {
  /** Says nothing of an item by returning undefined. */
  encode(item: FeedItem, run: RunRef): object | undefined;
  /** A payload and its id as they go over the wire. */
  frame(id: string, payload: object): string;
  /** Whether a watcher is done when the run is. */
  readonly endsWithRun: boolean;
}

/** The frames of an entry in a dialect, and the state after it. Throws like `itemsOf`. */
export function framesOf(
  dialect: Dialect,
  state: FeedState,
  entry: LogEntry,
): { readonly state: FeedState; readonly frames: readonly Frame[] } {
  const { state: next, items } = itemsOf(state, entry);
  const { run } = next;
  const definitionId = run.status === 'absent' ? undefined : run.request.definition.id;
  return { state: next, frames: encodeItems(dialect, entry, items, definitionId) };
}

/** The items of one entry as frames: the last has the entry's position for an id, those before it a part of it. */
export function encodeItems(
  dialect: Dialect,
  entry: LogEntry,
  items: readonly FeedItem[],
  definitionId: string | undefined,
): readonly Frame[] {
  const { shard, seq } = entry.position;
  const project = entry.kind === 'output' ? entry.project : entry.commit.project;
  const run = { id: entry.runId, project, definitionId };
  const payloads = items
    .map((item) => dialect.encode(item, run))
    .filter((payload) => payload !== undefined);
  return payloads.map((payload, n) => {
    const cursor = { seq, index: n === payloads.length - 1 ? WHOLE : n };
    return { ...cursor, text: dialect.frame(cursorId(shard, cursor), payload) };
  });
}
