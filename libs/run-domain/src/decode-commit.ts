import { InvalidInputError } from '@runnel/errors';

import type { Actor, Commit, StoredEvent } from './commit';
import type { RunEventType } from './events';
import { SCHEMA_VERSIONS } from './schema-versions';
import { upcast, type UpcastChains, UPCASTS } from './upcast/upcast';

/** How events of older schemas become today's; tests bring their own. */
export interface Codec {
  readonly versions: Readonly<Record<RunEventType, number>>;
  readonly upcasts: UpcastChains;
}

const CODEC: Codec = { versions: SCHEMA_VERSIONS, upcasts: UPCASTS };
const ACTOR_KINDS: ReadonlySet<unknown> = new Set<Actor['kind']>([
  'user',
  'api_key',
  'run_token',
  'webhook',
  'service',
]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * A commit as it was read from the log, with today's event shapes. On the hot path of every reader, so it
 * checks the envelope and the types and trusts the data, which `validateCommit` checks in full. Throws
 * InvalidInputError EVENT_UNDECODABLE: unknown type, newer schema, broken envelope. Never skip such a
 * message; stop reading.
 */
export function decodeCommit(json: unknown, codec: Codec = CODEC): Commit {
  const commit = fields(json, 'commit');
  const actor = fields(commit['actor'], 'actor');
  if (!isText(commit['commandId'])) throw undecodable('commandId must be text');
  if (!isText(commit['project'])) throw undecodable('project must be text');
  if (!isTime(commit['at'])) throw undecodable('at must be a UTC time with milliseconds');
  if (!ACTOR_KINDS.has(actor['kind']) || !isText(actor['id']))
    throw undecodable('actor is unknown');
  const { events } = commit;
  if (!Array.isArray(events) || events.length === 0) throw undecodable('a commit has events');
  const current = eachCurrent(events, codec);
  return (current === events ? commit : { ...commit, events: current }) as unknown as Commit;
}

/** The same array where no event had to be upcast, which is nearly always. */
function eachCurrent(events: readonly unknown[], codec: Codec): readonly unknown[] {
  let changed = false;
  const current = events.map((event) => {
    const today = decodeEvent(event, codec);
    changed ||= today !== event;
    return today;
  });
  return changed ? current : events;
}

function decodeEvent(json: unknown, { versions, upcasts }: Codec): StoredEvent {
  const event = fields(json, 'event');
  const { id, type, schema } = event;
  if (!isText(id)) throw undecodable('an event has an id');
  if (!isText(type) || !Object.hasOwn(versions, type)) {
    throw undecodable(`event type ${String(type).slice(0, 80)} is not known here`);
  }
  const data = fields(event['data'], 'event data');
  const current = versions[type as RunEventType];
  if (schema === current) return event as unknown as StoredEvent;
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1 || schema > current) {
    throw undecodable(`${type} has schema ${String(schema)}, this version reads 1 to ${current}`);
  }
  const today = upcast(upcasts, type as RunEventType, { schema, data }, current);
  if (today === undefined) throw undecodable(`${type} has no upcaster from schema ${schema}`);
  return { id, type, schema: current, data: today } as unknown as StoredEvent;
}

/** A plain object without a key that a careless copy would turn into its prototype. */
function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw undecodable(`${what} must be an object`);
  }
  if (Object.hasOwn(value, '__proto__')) throw undecodable(`${what} must not set a prototype`);
  return value as Fields;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** ISO 8601 in UTC with milliseconds is always 24 characters; the parse refuses the rest. */
const isTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.length === 24 &&
  value.endsWith('Z') &&
  !isNaN(Date.parse(value));

function undecodable(message: string): InvalidInputError {
  return new InvalidInputError('EVENT_UNDECODABLE', message);
}
