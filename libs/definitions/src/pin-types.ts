/** The 12 pin types, contracts/automation.md B.2. */
export const PIN_TYPES = [
  'exec',
  'string',
  'integer',
  'float',
  'boolean',
  'object',
  'array',
  'datetime',
  'binary',
  'any',
  'null',
  'enum',
] as const;
export type PinType = (typeof PIN_TYPES)[number];

const SCALARS: ReadonlySet<PinType> = new Set(['integer', 'float', 'string', 'boolean']);
const TEXTUAL: ReadonlySet<PinType> = new Set(['datetime', 'enum']);
const UNIVERSAL: ReadonlySet<PinType> = new Set(['any', 'null']);

/**
 * Whether a wire may lead from an output of type `from` to an input of type `to` (B.2): same type;
 * any and null with every non-exec type; scalars among themselves; string with datetime and enum.
 */
export function canConnect(from: PinType, to: PinType): boolean {
  if (from === to) return true;
  if (from === 'exec' || to === 'exec') return false;
  if (UNIVERSAL.has(from) || UNIVERSAL.has(to)) return true;
  if (SCALARS.has(from) && SCALARS.has(to)) return true;
  return (from === 'string' && TEXTUAL.has(to)) || (to === 'string' && TEXTUAL.has(from));
}

/** The pin type a client means: canonical names, and `number` for float; undefined for anything else. */
export function toPinType(name: unknown): PinType | undefined {
  if (name === 'number') return 'float';
  return PIN_TYPES.find((type) => type === name);
}
