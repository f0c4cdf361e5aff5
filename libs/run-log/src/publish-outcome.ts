import type { Msg } from 'nats';

import { statusOf, textOf } from './raw-headers';

/** What became of a publish. All but `unknown` are certain; `unsent` never left this process. */
export type PublishOutcome =
  | { readonly kind: 'stored'; readonly seq: number }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'unsent'; readonly reason: string };

interface Ack {
  readonly seq?: number;
  readonly error?: {
    readonly code: number;
    readonly err_code?: number;
    readonly description?: string;
  };
}

/** Wrong last sequence, with and without naming it: the run has moved on, nothing was stored. */
const CONFLICTS: readonly number[] = [10071, 10164];

/** Another append to the subject is in process; not ready after an election. Neither says what became of this one. */
const UNKNOWN: readonly number[] = [10158, 10163];

/** Reads the server's answer to a publish (notes/jetstream.md, 5.2 row 11, and the rules that follow). */
export function readPublishAck(message: Msg): PublishOutcome {
  if (message.data.length === 0) {
    return { kind: 'unknown', reason: `status ${statusOf(message)} without an acknowledgement` };
  }
  let ack: Ack;
  try {
    ack = JSON.parse(textOf(message)) as Ack;
  } catch {
    return { kind: 'unknown', reason: 'an acknowledgement that is not JSON' };
  }
  if (ack.error) return readError(ack.error);
  if (typeof ack.seq === 'number' && ack.seq > 0) return { kind: 'stored', seq: ack.seq };
  return { kind: 'unknown', reason: 'an acknowledgement without a sequence' };
}

function readError(error: NonNullable<Ack['error']>): PublishOutcome {
  const code = error.err_code ?? 0;
  const reason = `${error.description ?? 'no description'} (${code})`;
  if (CONFLICTS.includes(code)) return { kind: 'conflict' };
  const transient = UNKNOWN.includes(code) || error.code >= 500 || error.code === 429;
  return transient ? { kind: 'unknown', reason } : { kind: 'refused', code, reason };
}
