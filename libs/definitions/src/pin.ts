import type { Json, JsonObject } from './json';
import type { PinType } from './pin-types';

/** An input or output of a node, as the node library declares it. */
export interface PinSpec {
  readonly name: string;
  readonly type: PinType;
  /** Shown in the editor; made from the name where absent. */
  readonly label?: string;
  /** Value of an input that has neither wire nor inline default. */
  readonly default?: Json;
  /** Must be wired or have an inline default although its type is `any`. */
  readonly required?: boolean;
  /** Allowed values of an enum. */
  readonly enumValues?: readonly string[];
  /** More pins of this kind may follow, numbered (`case3`, `then2`). */
  readonly variadic?: boolean;
}

/** A pin as `GET /api/nodes` shows it (A.8). */
export interface Pin extends PinSpec {
  readonly label: string;
}

/** What a node implementation gets and gives for a pin type, after coercion (B.2). */
export interface PinValues {
  exec: never;
  string: string;
  integer: number;
  float: number;
  boolean: boolean;
  object: JsonObject | null;
  array: readonly Json[] | null;
  /** ISO 8601, UTC, milliseconds. */
  datetime: string | null;
  /** Base64. */
  binary: string | null;
  any: Json;
  null: null;
  enum: string;
}

/** The values of a node's data pins by name; execution pins carry none. */
export type ValuesOf<Pins extends readonly PinSpec[]> = {
  readonly [
    P in Pins[number] as P['type'] extends 'exec' ? never : P['name']
  ]: PinValues[P['type']];
};

export const EXEC: PinSpec = { name: 'exec', type: 'exec' };

/**
 * Whether an input must be wired or given inline (B.7): it has no default of its own, and is
 * flagged required or has a type other than `any`, `null` and `exec`.
 */
export function isRequiredInput(pin: PinSpec): boolean {
  if (pin.type === 'exec' || pin.default !== undefined) return false;
  return pin.required === true || (pin.type !== 'any' && pin.type !== 'null');
}

/** The pin as the API shows it: `responseHeaders` is labelled `Response Headers`. */
export function labelled(pin: PinSpec): Pin {
  return { ...pin, label: pin.label ?? titleOf(pin.name) };
}

function titleOf(name: string): string {
  let title = '';
  for (const char of name) {
    const isUpper = char >= 'A' && char <= 'Z';
    title += title === '' ? char.toUpperCase() : isUpper ? ` ${char}` : char;
  }
  return title;
}
