import { InvalidInputError } from '@runnel/errors';

import type { Position } from './run-log.port';

/** `<shard>:<seq>`, the form in which clients keep a position. */
export function formatPosition(position: Position): string {
  return `${position.shard}:${position.seq}`;
}

/** Reads `<shard>:<seq>`. Throws InvalidInputError with code INVALID_POSITION. */
export function parsePosition(text: string): Position {
  const match = /^(\d{1,4}):(\d{1,15})$/.exec(text);
  if (!match) {
    throw new InvalidInputError(
      'INVALID_POSITION',
      'a position has the form <shard>:<sequence>, e.g. 2:1045',
    );
  }
  return { shard: Number(match[1]), seq: Number(match[2]) };
}
