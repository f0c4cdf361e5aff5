import type { Frame } from './frame';

/** Frames that are sent together; joined and encoded once, however many watchers they go to. */
export class FrameBatch {
  private joined: Buffer | undefined;

  constructor(readonly frames: readonly Frame[]) {}

  /** All frames one after the other, as bytes. */
  get bytes(): Buffer {
    this.joined ??= Buffer.from(this.frames.map(({ text }) => text).join(''), 'utf8');
    return this.joined;
  }
}
