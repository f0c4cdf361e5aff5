import { UnavailableError } from '@runnel/errors';

/** Bytes that a server must take in one message: a commit with its payloads and what a program did. */
const NEEDED_BYTES = 1024 * 1024;

/**
 * Refuses a server that does not carry the commits that runs may make, before a run finds out.
 * Throws UnavailableError with a sentence that says what to do.
 */
export function assertPayloadRoom(maxPayload: number | undefined): void {
  if (maxPayload === undefined || maxPayload >= NEEDED_BYTES) return;
  throw new UnavailableError(
    'nats',
    `nats-server takes messages of ${maxPayload} bytes at most, and a commit may need ${NEEDED_BYTES}: ` +
      'set `max_payload: 8MB` in its configuration, as deploy/ does',
  );
}
