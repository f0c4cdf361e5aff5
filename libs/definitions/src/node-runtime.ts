import type { Json } from './json';

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
