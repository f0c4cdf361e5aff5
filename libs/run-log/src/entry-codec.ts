import { InvalidInputError } from '@runnel/errors';
import type { Commit, OutputLine } from '@runnel/run-domain';
import type { Msg } from 'nats';

import { formatPosition } from './position';
import { headerOf, isHeaderValue, textOf } from './raw-headers';
import type { AppendOptions, CommitEntry, LogEntry, OutputEntry, Position } from './run-log.port';
import { parseSubject } from './subjects';

/** Validates and upcasts a stored commit; throws when it cannot. */
export type CommitDecoder = (json: unknown) => Commit;

/** Header lines of a commit, without the expectation. Throws InvalidInputError INVALID_HEADER. */
export function commitHeaders(options: AppendOptions | undefined): string {
  if (!options) return '';
  return (
    line('traceparent', options.traceparent) +
    line('x-correlation-id', options.correlationId) +
    line('x-causation-id', options.causationId)
  );
}

function line(name: string, value: string | undefined): string {
  if (value === undefined || value === '') return '';
  if (!isHeaderValue(value)) {
    throw new InvalidInputError(
      'INVALID_HEADER',
      `${name} holds more than 256 or other than printable ASCII characters`,
    );
  }
  return `${name}: ${value}\r\n`;
}

/** Payload of a message of output. */
export function encodeOutput(project: string, lines: readonly OutputLine[]): Buffer {
  return Buffer.from(JSON.stringify({ project, lines }), 'utf8');
}

/** A stored message as far as the codec needs it. */
export interface EncodedEntry {
  readonly subject: string;
  readonly text: string;
  readonly traceparent: string | undefined;
}

/** The entry that a received message holds; throws like `decodeEntryText`. */
export function decodeEntry(
  message: Msg,
  subject: string,
  position: Position,
  decode: CommitDecoder,
): LogEntry {
  const encoded = {
    subject,
    text: textOf(message),
    traceparent: headerOf(message, 'traceparent'),
  };
  return decodeEntryText(encoded, position, decode);
}

/**
 * The entry that a stored message holds.
 * @throws InvalidInputError UNDECODABLE_ENTRY: the reader must stop there, never skip
 */
export function decodeEntryText(
  { subject, text, traceparent }: EncodedEntry,
  position: Position,
  decode: CommitDecoder,
): LogEntry {
  const named = parseSubject(subject);
  if (!named) throw undecodable(position, `its subject ${subject} is not one of the log's`);
  try {
    const json: unknown = JSON.parse(text);
    return named.kind === 'commit'
      ? commitEntry(named.runId, position, decode(json), traceparent)
      : outputEntry(named.runId, position, json);
  } catch (cause) {
    throw undecodable(position, `its payload on ${subject} cannot be read`, cause);
  }
}

function commitEntry(
  runId: string,
  position: Position,
  commit: Commit,
  traceparent: string | undefined,
): CommitEntry {
  return traceparent === undefined
    ? { kind: 'commit', runId, position, commit }
    : { kind: 'commit', runId, position, commit, traceparent };
}

function outputEntry(runId: string, position: Position, json: unknown): OutputEntry {
  const { project, lines } = (json ?? {}) as { project?: unknown; lines?: unknown };
  if (typeof project !== 'string' || !Array.isArray(lines)) {
    throw new TypeError('output without a project or lines');
  }
  return { kind: 'output', runId, project, position, lines: lines as OutputLine[] };
}

function undecodable(position: Position, why: string, cause?: unknown): InvalidInputError {
  const at = formatPosition(position);
  return new InvalidInputError(
    'UNDECODABLE_ENTRY',
    `the log's entry at ${at} cannot be decoded: ${why}. Readers stop here until this version of Runnel can read it`,
    { position: at },
    { cause },
  );
}
