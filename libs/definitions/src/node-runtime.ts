import type { Json, JsonObject } from './json';
import type { PinValues } from './pin';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What a node implementation may use inside the sandbox. Implementations become text of the runtime prelude,
 * so this object, their inputs and JavaScript's built-ins are all they can see.
 */
export interface NodeRuntime {
  /** An error to throw: `type` is its class as users see it, `code` is machine-readable. Catchable by TryCatch. */
  error(type: string, message: string, nodeId: string, code?: string): Error;
  log(level: LogLevel, message: string, nodeId: string): void;
  /** The host's clock (ms since epoch), randomness (0 to 1) or a UUID; recorded, the same on replay. */
  value(nodeId: string, kind: 'now' | 'random'): number;
  value(nodeId: string, kind: 'uuid'): string;
  /** Deep equality; numbers by value, no other conversion. */
  equal(a: Json, b: Json): boolean;
  /** The value at a dot path, own enumerable properties only; undefined where there is none. */
  readPath(value: Json, path: string): Json | undefined;
  /** A copy of `target` with the value at a dot path replaced. Throws for forbidden or impossible paths. */
  writePath(target: Json, path: string, value: Json, nodeId: string): Json;
  /** Fills `{path}` placeholders (B.6). */
  format(template: string, values: Json, nodeId: string): string;
  /** Any value as text, by the coercion table (B.2). */
  text(value: Json): string;
  /** The value itself; throws when it is over the size a single value may have (C.6). */
  bounded<T extends string | readonly Json[]>(value: T, nodeId: string): T;
  /** The number itself; throws when it is NaN or infinite, which JSON could not carry. */
  finite(value: number, nodeId: string): number;
  /** Rounded to some decimals, halves away from zero by the decimal digits of the number. */
  round(value: number, decimals: number, nodeId: string): number;
  /** Throws when a text of `length` characters would be over the size of a value, before it is made. */
  roomFor(length: number, nodeId: string): void;
  /** Type of a value as users name it: null, boolean, integer, float, string, array, object. */
  typeName(value: Json): string;
  /** The value as the pin type (B.2). Throws an error that names `pin`. */
  convert<T extends 'integer' | 'float' | 'boolean' | 'string' | 'datetime'>(
    type: T,
    value: Json,
    nodeId: string,
    pin: string,
  ): PinValues[T];
  /** Order of two values: null, booleans, numbers, texts, then the rest; numbers by value, texts by code unit. */
  compare(a: Json, b: Json): number;
  /** The same text for values that `equal` holds equal, another for all others. */
  identity(value: Json): string;
  /** A parsed expression (B.6) as a function of the values of its names. Throws where it does not parse. */
  expression(text: string, nodeId: string): (names: JsonObject) => Json;
  /** A linear-time matcher. Throws for a pattern that is not supported. `flags`: any of i, m, s. */
  regex(pattern: string, flags: string, nodeId: string): RegexMatcher;
  /** `name=value` pairs, percent-encoded; a list gives one pair per item. */
  query(values: JsonObject): string;
  percentEncode(text: string): string;
  percentDecode(text: string, nodeId: string): string;
  base64Encode(text: string): string;
  base64Decode(text: string, nodeId: string): string;
  parseCsv(text: string, delimiter: string, nodeId: string): readonly (readonly string[])[];
  stringifyCsv(rows: readonly (readonly Json[])[], delimiter: string, nodeId: string): string;
  parseXml(text: string, nodeId: string): Json;
  parseYaml(text: string, nodeId: string): Json;
  /** A point in time as text in a time zone; `format` as documented at FormatDate. */
  formatDate(value: string, format: string, timezone: string, nodeId: string): string;
  parseDate(text: string, format: string, nodeId: string): string;
  /** What the host works out, the same for the same input: a hash, a keyed hash, the offset of a time zone. */
  compute(kind: 'hash' | 'hmac' | 'zone-offset', input: JsonObject, nodeId: string): Json;
  /** The variable's value. Throws for a name that the pattern does not declare. */
  readVariable(name: string, nodeId: string): Json;
  /** Sets a declared variable, converted to its type. */
  writeVariable(name: string, value: Json, nodeId: string): void;
  /** A variable of the environment that the run's deployment is bound to. Throws for a name it does not have. */
  readEnvironment(name: string, nodeId: string): string;
  /** A secret of that environment; masked wherever it leaves the sandbox. Throws for a name it does not have. */
  readSecret(name: string, nodeId: string): string;
  /** Makes `value` the output of the run. */
  respondWith(value: Json): void;
  /** True the first time in a run, false after. */
  firstResponse(): boolean;
}

export interface RegexMatcher {
  /** The leftmost match at or after `from`, null where there is none. */
  match(text: string, from: number): RegexMatch | null;
}

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** By number, the whole match first; null for a group that took no part. */
  readonly groups: readonly (string | null)[];
  readonly named: JsonObject;
}
