import { FIELDS, parseField } from './cron-field';

/** A cron expression taken apart: the values each field allows, ascending. */
export interface CronFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** The hour field has a `*`: ticks follow elapsed time over a change of the clocks. */
  readonly everyHour: boolean;
}

/** Far longer than any expression that means something. */
const MAX_LENGTH = 256;
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Parses 5 fields (minute first) or 6 (leading seconds) of contracts/automation.md C.9: numbers, `*`, lists, ranges,
 * steps, JAN-DEC and SUN-SAT in any case, 0 and 7 for Sunday. An expression that no day can match is refused.
 * @returns a sentence about what is wrong instead, if something is
 */
export function parseCron(expression: string): CronFields | string {
  if (expression.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  const words = expression.trim().split(/\s+/);
  if (words.length !== 5 && words.length !== 6) {
    return 'must have 5 fields (minute, hour, day of month, month, day of week) or 6 (seconds first)';
  }
  const texts = words.length === 5 ? ['0', ...words] : words;
  const parsed = FIELDS.map((spec, index) => parseField(spec, texts[index] ?? ''));
  const problem = parsed.find((field) => typeof field === 'string');
  if (problem !== undefined) return problem;
  const fields = toFields(
    parsed.filter((field) => typeof field !== 'string'),
    texts,
  );
  return canMatch(fields) ? fields : 'matches no day of any year';
}

function toFields(values: readonly (readonly number[])[], texts: readonly string[]): CronFields {
  const [seconds, minutes, hours, daysOfMonth, months, daysOfWeek] = values;
  return {
    seconds: seconds ?? [],
    minutes: minutes ?? [],
    hours: hours ?? [],
    daysOfMonth: new Set(daysOfMonth),
    months: new Set(months),
    daysOfWeek: new Set(daysOfWeek?.map((day) => day % 7)),
    everyHour: texts[2]?.includes('*') ?? false,
  };
}

/** Whether the field leaves no day out. */
export const isAnyDayOfMonth = ({ daysOfMonth }: CronFields): boolean => daysOfMonth.size === 31;
export const isAnyDayOfWeek = ({ daysOfWeek }: CronFields): boolean => daysOfWeek.size === 7;

/** Every month has all weekdays, but not all have a 30th. */
function canMatch(fields: CronFields): boolean {
  if (isAnyDayOfMonth(fields) || !isAnyDayOfWeek(fields)) return true;
  const first = Math.min(...fields.daysOfMonth);
  return [...fields.months].some((month) => first <= (LONGEST_MONTHS[month - 1] ?? 0));
}
