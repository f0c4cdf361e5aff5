import type { FrameBatch } from './frame-batch';

/** Why a watcher is told no more: the run has ended, the tail is gone (resume elsewhere), or we cannot read the run. */
export type EndReason = 'ended' | 'lost' | 'failed';

/** Where the frames of one watcher go. */
export interface Sink {
  /** Frames in order; never the same twice. */
  send(batch: FrameBatch): void;
  end(reason: EndReason): void;
}
