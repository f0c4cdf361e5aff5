import { InvalidInputError } from '@runnel/errors';

/**
 * How far a reader has come within a run: after frame `index` of the entry at `seq`. The last frame of an
 * entry has the index `WHOLE` and the plain position for an id; the ones before it are `<position>/<index>`.
 */
export interface Cursor {
  readonly seq: number;
  readonly index: number;
}

export const WHOLE = Number.MAX_SAFE_INTEGER;

/** Before everything. */
export const BEGINNING: Cursor = { seq: 0, index: WHOLE };

const ID = /^(\d{1,4}):(\d{1,15})(?:\/(\d{1,9}))?$/;

/**
 * Reads the id of a frame, as `Last-Event-ID` or `?after=` bring it back.
 * @throws InvalidInputError INVALID_POSITION when it is none, or of another shard than the run's
 */
export function parseCursor(text: string, shard: number): Cursor {
  const [, ofShard, seq, index] = ID.exec(text) ?? [];
  if (Number(ofShard) !== shard) {
    throw new InvalidInputError(
      'INVALID_POSITION',
      'the position to resume after must be the id of an event of this run, e.g. 2:1045',
    );
  }
  return { seq: Number(seq), index: index === undefined ? WHOLE : Number(index) };
}

/** The id of a frame, unique and in order within its shard. */
export function cursorId(shard: number, { seq, index }: Cursor): string {
  return index === WHOLE ? `${shard}:${seq}` : `${shard}:${seq}/${index}`;
}

/** Whether `a` lies behind `b`. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  return a.seq > b.seq || (a.seq === b.seq && a.index > b.index);
}
