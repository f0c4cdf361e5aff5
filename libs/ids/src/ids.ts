import { TypeID, typeid } from 'typeid-js';

/** Every kind of thing that has an id, and the prefix its id wears (DESIGN, "Ids"). */
export const ID_PREFIXES = {
  project: 'prj',
  user: 'usr',
  apiKey: 'key',
  pattern: 'pat',
  patternVersion: 'ver',
  deployment: 'dep',
  run: 'run',
  webhookEndpoint: 'wep',
  environment: 'env',
  connection: 'conn',
  secret: 'sec',
  command: 'cmd',
  executor: 'exe',
  request: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** A new TypeID: prefix, underscore, 26 characters of a UUIDv7; sorts by time of birth. */
export function newId(kind: IdKind): string {
  return typeid(ID_PREFIXES[kind]).toString();
}

/** True when `text` is a well-formed id of that kind. */
export function isId(kind: IdKind, text: string): boolean {
  try {
    return TypeID.fromString(text, ID_PREFIXES[kind]).getType() === ID_PREFIXES[kind];
  } catch {
    return false; // the library signals a malformed id only by throwing
  }
}
