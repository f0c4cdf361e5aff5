import { performance } from 'node:perf_hooks';

import { FrameWriter } from '../wire/frame-writer';

/** Finished work waits no longer than this for more of it, ms. */
const FLUSH_AFTER_MS = 1;
const FLUSH_BYTES = 64 * 1024;

/** What the child has to say, written together. */
export class Outbox {
  private readonly frames = new FrameWriter();
  private firstAt = 0;

  constructor(private readonly write: (bytes: Buffer) => void) {}

  add(type: number, run: number, argument: number, head: string, body?: string | Uint8Array): void {
    if (this.frames.size === 0) this.firstAt = performance.now();
    this.frames.add(type, run, argument, head, body);
  }

  /** Writes if what waits is old or large enough; between two runs of one batch. */
  flushIfDue(): void {
    if (this.frames.size === 0) return;
    if (this.frames.size > FLUSH_BYTES || performance.now() - this.firstAt > FLUSH_AFTER_MS)
      this.flush();
  }

  /** Writes all that waits. */
  flush(): void {
    if (this.frames.size > 0) this.write(this.frames.take());
  }
}
