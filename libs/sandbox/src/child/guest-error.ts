import type { GuestError } from '../api';
import { LIMIT_CODES, limitError } from '../limits';

/** What the engine says when a limit of its own is reached; a guest that says so itself only fails its own run. */
const ENGINE_WORDS: Readonly<Record<string, 'MEMORY_LIMIT' | 'STACK_LIMIT'>> = {
  'InternalError: out of memory': 'MEMORY_LIMIT',
  'InternalError: string too long': 'MEMORY_LIMIT',
  'InternalError: stack overflow': 'STACK_LIMIT',
  'RangeError: Maximum call stack size exceeded': 'STACK_LIMIT',
};

/** The error that a guest's `failed` tells of: JSON text of the bootstrap, empty when there was no memory left for it. */
export function guestErrorOf(text: string): GuestError {
  if (text === '') return limitError('MEMORY_LIMIT');
  const { type, message, nodeId, code } = JSON.parse(text) as GuestError;
  const limit = ENGINE_WORDS[`${type}: ${message}`];
  const place = nodeId === undefined ? {} : { nodeId };
  if (limit !== undefined) return { ...limitError(limit), ...place };
  return { type, message, ...place, ...(code !== undefined && !RESERVED.has(code) && { code }) };
}

/** Codes that a program cannot give its errors. The prelude counts steps too, and says so with the same code. */
const RESERVED: ReadonlySet<string> = new Set(LIMIT_CODES.filter((code) => code !== 'STEP_LIMIT'));
