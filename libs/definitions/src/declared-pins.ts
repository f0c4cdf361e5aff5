import { isJsonObject } from './json';
import type { Json } from './json';
import { toPinType } from './pin-types';
import type { PinType } from './pin-types';
import type { PinSpec } from './pin';
import { nameProblem } from './safe-name';

/** Most pins that a node may declare by a property. */
export const MAX_DECLARED_PINS = 100;

/**
 * The data pins declared by a property of the form `[{name, type}]` or `[name]` (type any). Entries
 * that `declaredPinProblems` complains about are left out. Declared pins need no wire.
 */
export function declaredPins(property: Json | undefined): readonly PinSpec[] {
  const pins = new Map<string, PinSpec>();
  for (const entry of entriesOf(property).slice(0, MAX_DECLARED_PINS)) {
    const { name, type } = readEntry(entry);
    if (typeof name !== 'string' || pinNameProblem(name) !== undefined) continue;
    if (type !== undefined && !pins.has(name)) pins.set(name, { name, type, default: null });
  }
  return [...pins.values()];
}

/** What is wrong with such a property, one sentence each. */
export function declaredPinProblems(property: Json | undefined): readonly string[] {
  if (property === undefined || property === null) return [];
  if (!Array.isArray(property)) return ['Pins must be a list'];
  if (property.length > MAX_DECLARED_PINS) return [`At most ${MAX_DECLARED_PINS} pins are allowed`];
  const seen = new Set<string>();
  return entriesOf(property).flatMap((entry) => {
    const { name, type } = readEntry(entry);
    const problem = typeof name === 'string' ? pinNameProblem(name) : 'must have a name';
    if (problem !== undefined || typeof name !== 'string') return [`Pin ${problem}`];
    if (type === undefined) return [`Pin '${name}' has an unknown type`];
    if (seen.has(name)) return [`Pin '${name}' is declared twice`];
    seen.add(name);
    return [];
  });
}

function entriesOf(property: Json | undefined): readonly Json[] {
  return Array.isArray(property) ? (property as readonly Json[]) : [];
}

function readEntry(entry: Json): { name: Json | undefined; type: PinType | undefined } {
  if (typeof entry === 'string') return { name: entry, type: 'any' };
  if (!isJsonObject(entry)) return { name: undefined, type: undefined };
  const name = Object.hasOwn(entry, 'name') ? entry['name'] : undefined;
  const type = Object.hasOwn(entry, 'type') ? toPinType(entry['type']) : 'any';
  return { name, type: type === 'exec' ? undefined : type };
}

function pinNameProblem(name: string): string | undefined {
  return name === 'exec' ? "must not be named 'exec'" : nameProblem(name);
}
