import type { Json, PinSpec } from '@runnel/definitions';
import type { ModelNode } from './graph-model';
import { installCoercion } from './runtime/install-coercion';
import { installPaths } from './runtime/install-paths';
import { installValues } from './runtime/install-values';
import type { GuestLibrary } from './runtime/guest-types';

/** The sandbox's coercions, used here on inline values so that compile time and run time cannot differ. */
const library = { methods: {}, nodes: {} } as unknown as GuestLibrary;
installValues(library);
installPaths(library);
installCoercion(library);

/** What an unwired input reads: the inline value, else the declared default; undefined when there is neither. */
export function givenValue(node: ModelNode, pin: PinSpec): Json | undefined {
  const defaults = node.node.data.defaults;
  const inline = Object.hasOwn(defaults, pin.name) ? defaults[pin.name] : undefined;
  return inline === undefined || inline === null ? pin.default : inline;
}

/** The value as the pin's type (B.2); undefined when it cannot be converted. */
export function constantFor(pin: PinSpec, value: Json): Json | undefined {
  try {
    const converted = library.coerce(pin.type, value, '', pin.name);
    const isAllowed = pin.enumValues?.some((allowed) => allowed === converted) ?? true;
    return isAllowed ? converted : undefined;
  } catch {
    return undefined;
  }
}
