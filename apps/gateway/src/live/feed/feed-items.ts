import type { LogEntry } from '@runnel/run-log';
import {
  evolve,
  initialState,
  isTerminalStatus,
  type OutputLine,
  type RunState,
  type StateStatus,
  type StoredEvent,
} from '@runnel/run-domain';

/** What a watcher is told of: an event, with the change of status it made, or a line of output. */
export type FeedItem =
  | {
      readonly kind: 'event';
      readonly event: StoredEvent;
      readonly at: string;
      /** Absent when the status stayed, and for readers who do not follow it. */
      readonly change?: { readonly from: StateStatus; readonly to: StateStatus };
    }
  | { readonly kind: 'line'; readonly line: OutputLine };

/** What has to be known of a run to tell what comes next. */
export interface FeedState {
  readonly run: RunState;
  /** Number of the last line told; -1: none. */
  readonly line: number;
}

export const feedStart: FeedState = { run: initialState, line: -1 };

/**
 * The items of one entry and the state after it. Pure, so that every reader of a run is told the same, in
 * whatever pieces it reads. Lines told again after a crash, which keep their numbers, are left out.
 * @throws InvalidInputError EVENT_ILLEGAL when the history is broken
 */
export function itemsOf(
  state: FeedState,
  entry: LogEntry,
): { readonly state: FeedState; readonly items: readonly FeedItem[] } {
  return entry.kind === 'output' ? linesOf(state, entry.lines) : eventsOf(state, entry.commit);
}

/** True once the run has ended; a person may still send it on. */
export function hasEnded({ run }: FeedState): boolean {
  return run.status !== 'absent' && isTerminalStatus(run.status);
}

/** Lines after number `last`, and the number of the last of them. */
export function newLines(
  last: number,
  lines: readonly OutputLine[],
): { readonly last: number; readonly items: readonly FeedItem[] } {
  const items: FeedItem[] = [];
  let told = last;
  for (const line of lines) {
    if (line.n <= told) continue;
    told = line.n;
    items.push({ kind: 'line', line });
  }
  return { last: told, items };
}

function linesOf(state: FeedState, lines: readonly OutputLine[]): ReturnType<typeof itemsOf> {
  const { last, items } = newLines(state.line, lines);
  return { state: { ...state, line: last }, items };
}

function eventsOf(
  state: FeedState,
  commit: { readonly at: string; readonly events: readonly StoredEvent[] },
): ReturnType<typeof itemsOf> {
  const items: FeedItem[] = [];
  let { run } = state;
  for (const event of commit.events) {
    const from = run.status;
    run = evolve(run, event, commit.at);
    const change = from === run.status ? {} : { change: { from, to: run.status } };
    items.push({ kind: 'event', event, at: commit.at, ...change });
  }
  return { state: { ...state, run }, items };
}
