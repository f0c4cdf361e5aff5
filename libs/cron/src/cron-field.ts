/** One field of a cron expression: what it may say. */
export interface FieldSpec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for values, upper-case, from `min` on. */
  readonly names?: readonly string[];
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** The six fields in the order in which they are written; seconds may be left out. */
export const FIELDS = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  // 7 is Sunday, too
  { name: 'day of week', min: 0, max: 7, names: DAYS },
] as const satisfies readonly FieldSpec[];

/** A part of a list: `*`, `a`, `a-b`, each with an optional `/step`. */
const PART = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,4}))?$/;

/**
 * The values that a field names, ascending, each once.
 * @returns a sentence about what is wrong instead, if something is
 */
export function parseField(spec: FieldSpec, text: string): readonly number[] | string {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = parsePart(spec, part);
    if (typeof range === 'string') return range;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

function parsePart(spec: FieldSpec, part: string): Range | string {
  const match = PART.exec(part);
  if (!match) return `${spec.name} '${part}' is not *, a value, a range or a step`;
  const [, star, first = '', last, stepText] = match;
  const step = Number(stepText ?? 1);
  if (step === 0) return `${spec.name} '${part}' has a step of zero`;
  if (star !== undefined) return { from: spec.min, to: spec.max, step };
  const from = valueOf(spec, first);
  if (from === undefined) return unknownValue(spec, first);
  if (last === undefined) return { from, to: stepText === undefined ? from : spec.max, step };
  const end = valueOf(spec, last);
  if (end === undefined) return unknownValue(spec, last);
  // FRI-SUN: the week's last day is Sunday as well as its first.
  const to = spec.max === 7 && end === 0 && from > 0 ? 7 : end;
  if (to < from) return `${spec.name} '${part}' is a range that runs backwards`;
  return { from, to, step };
}

function valueOf({ min, max, names }: FieldSpec, text: string): number | undefined {
  const index = names?.indexOf(text.toUpperCase()) ?? -1;
  if (index >= 0) return min + index;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function unknownValue({ name, min, max, names }: FieldSpec, text: string): string {
  const words = names ? ` or ${names[0]} to ${names.at(-1)}` : '';
  return `${name} '${text}' is not ${min} to ${max}${words}`;
}
