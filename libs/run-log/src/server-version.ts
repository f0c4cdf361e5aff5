import { UnavailableError } from '@runnel/errors';

/** What the log uses where the server is new enough (notes/jetstream.md, 5.1). */
export interface ServerFeatures {
  readonly atomicBatches: boolean;
  readonly messageTtl: boolean;
  /** One direct get may answer with many messages. */
  readonly pagedReads: boolean;
}

/**
 * Reads what a `nats-server` of that version can do. Older than 2.10 some of what the log needs is ignored
 * without a word, so it is refused: throws UnavailableError with a sentence that says what to do.
 */
export function featuresOf(version: string): ServerFeatures {
  const match = /^(\d+)\.(\d+)\./.exec(version);
  const number = match ? Number(match[1]) * 1_000 + Number(match[2]) : 0;
  if (number < 2_010) {
    throw new UnavailableError(
      'nats',
      `nats-server ${version || 'of unknown version'} is too old for the log: run 2.10 or newer (2.12 or newer is faster)`,
    );
  }
  return {
    atomicBatches: number >= 2_012,
    messageTtl: number >= 2_011,
    pagedReads: number >= 2_011,
  };
}
