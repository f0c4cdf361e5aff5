import type { Json, PinSpec } from '@runnel/definitions';
import { COMPILE_LIBRARY } from './compile-library';
import type { ModelNode } from './graph-model';

/** What an unwired input reads: the inline value, else the declared default; undefined when there is neither. */
export function givenValue(node: ModelNode, pin: PinSpec): Json | undefined {
  const defaults = node.node.data.defaults;
  const inline = Object.hasOwn(defaults, pin.name) ? defaults[pin.name] : undefined;
  return inline === undefined || inline === null ? pin.default : inline;
}

/** The value as the pin's type (B.2); undefined when it cannot be converted. */
export function constantFor(pin: PinSpec, value: Json): Json | undefined {
  try {
    const converted = COMPILE_LIBRARY.coerce(pin.type, value, '', pin.name);
    const isAllowed = pin.enumValues?.some((allowed) => allowed === converted) ?? true;
    return isAllowed ? converted : undefined;
  } catch {
    return undefined;
  }
}
