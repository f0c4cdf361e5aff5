import { UnavailableError } from '@runnel/errors';
import type { LogEntry } from '@runnel/run-log';

import type { TailListener } from '../tail/shard-tail';

/** Entries that may come in while a run's past is read. */
const MAX_PENDING = 20_000;

/** Keeps what the tail hands on until somebody takes over. */
export class Arrivals implements TailListener {
  private pending: LogEntry[] = [];
  private lost = false;
  private heir: TailListener | undefined;

  onEntries(entries: readonly LogEntry[]): void {
    if (this.heir) return this.heir.onEntries(entries);
    this.pending.push(...entries);
    if (this.pending.length > MAX_PENDING) this.onLost();
  }

  onLost(): void {
    this.lost = true;
    this.pending = [];
    this.heir?.onLost();
  }

  /** What has arrived so far. Throws UnavailableError when the tail was lost meanwhile. */
  take(): readonly LogEntry[] {
    if (this.lost) throw new UnavailableError('log', 'the log cannot be followed right now');
    const taken = this.pending;
    this.pending = [];
    return taken;
  }

  handTo(heir: TailListener): void {
    this.heir = heir;
  }
}
