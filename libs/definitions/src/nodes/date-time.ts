import { pureNode } from '../define-node';
import type { NodeSpec } from '../node-spec';

const UNITS = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'];
const UNIT = { name: 'unit', type: 'enum', default: 'seconds', enumValues: UNITS } as const;
const TOKENS =
  'YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h mm m ss s SSS A a Z ZZ; text in [brackets] stays';

/** Points in time are ISO 8601 texts in UTC with milliseconds. Months and years follow the calendar of UTC. */
export const DATE_TIME_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'Now',
    label: 'Now',
    category: 'Date/Time',
    description: 'The current time.',
    documentation: 'UTC, milliseconds. Recorded, so a resumed run sees the same time again.',
    effect: 'value',
    inputs: [],
    output: { name: 'value', type: 'datetime' },
    evaluate: (_inputs, rt, nodeId) => new Date(rt.value(nodeId, 'now')).toISOString(),
  }),
  pureNode({
    id: 'FormatDate',
    label: 'Format Date',
    category: 'Date/Time',
    description: 'Writes a point in time as text.',
    documentation:
      `format is ISO, DATE (2026-03-05), TIME (11:45:00), UNIX (seconds), UNIX_MS, or a text with ${TOKENS}. English names. timezone is an IANA ` +
      'name such as Europe/Berlin; ISO in a zone other than UTC shows its offset. An unknown zone is an error.',
    inputs: [
      { name: 'value', type: 'datetime', required: true },
      { name: 'format', type: 'string', default: 'ISO' },
      { name: 'timezone', type: 'string', default: 'UTC' },
    ],
    output: { name: 'text', type: 'string' },
    evaluate: (inputs, rt, nodeId) => {
      if (inputs.value === null) {
        throw rt.error('TypeError', 'There is no time to format: value is null', nodeId, 'NO_DATE');
      }
      return rt.formatDate(inputs.value, inputs.format, inputs.timezone, nodeId);
    },
  }),
  pureNode({
    id: 'AddTime',
    label: 'Add Time',
    category: 'Date/Time',
    description: 'A point in time some time later, or earlier for a negative amount.',
    documentation:
      'Adding months or years to a day that the month lacks gives its last day. Parts of months and years are dropped.',
    inputs: [
      { name: 'value', type: 'datetime', required: true },
      { name: 'amount', type: 'float' },
      UNIT,
    ],
    output: { name: 'result', type: 'datetime' },
    evaluate: (inputs, rt, nodeId) => {
      const { value, unit } = inputs;
      if (value === null) return null;
      const sizes = {
        milliseconds: 1,
        seconds: 1e3,
        minutes: 6e4,
        hours: 36e5,
        days: 864e5,
        weeks: 6048e5,
      };
      const amount = rt.finite(inputs.amount, nodeId);
      const date = new Date(value);
      if (unit === 'months' || unit === 'years') {
        const day = date.getUTCDate();
        date.setUTCDate(1);
        date.setUTCMonth(date.getUTCMonth() + Math.trunc(amount) * (unit === 'years' ? 12 : 1));
        const end = new Date(date);
        end.setUTCMonth(end.getUTCMonth() + 1, 0);
        date.setUTCDate(Math.min(day, end.getUTCDate()));
      } else date.setTime(date.getTime() + Math.round(amount * sizes[unit as 'days']));
      const year = date.getUTCFullYear();
      if (Number.isNaN(year) || year < 0 || year > 9999) {
        throw rt.error(
          'RangeError',
          'The time is outside of the years 0 to 9999',
          nodeId,
          'OUT_OF_RANGE',
        );
      }
      return date.toISOString();
    },
  }),
  pureNode({
    id: 'ParseDate',
    label: 'Parse Date',
    category: 'Date/Time',
    description: 'Reads a point in time from text.',
    documentation:
      'format is ISO, UNIX (seconds), UNIX_MS, or a text with YYYY YY MM M DD D HH H hh h mm m ss s SSS A a MMM MMMM Z; other characters must be there as they ' +
      'are. Without Z the time is UTC. Text that does not fit, or a day that does not exist, is an error.',
    inputs: [
      { name: 'text', type: 'string', required: true },
      { name: 'format', type: 'string', default: 'ISO' },
    ],
    output: { name: 'value', type: 'datetime' },
    evaluate: (inputs, rt, nodeId) => rt.parseDate(inputs.text, inputs.format, nodeId),
  }),
  pureNode({
    id: 'DateDiff',
    label: 'Date Diff',
    category: 'Date/Time',
    description: 'The time from one point in time to another.',
    documentation: 'b minus a, with decimals; months and years are counted in whole ones.',
    inputs: [
      { name: 'a', type: 'datetime', required: true },
      { name: 'b', type: 'datetime', required: true },
      UNIT,
    ],
    output: { name: 'result', type: 'float' },
    evaluate: (inputs, rt, nodeId) => {
      const { unit } = inputs;
      if (inputs.a === null || inputs.b === null) {
        throw rt.error('TypeError', 'a and b must be points in time', nodeId, 'NO_DATE');
      }
      const a = new Date(inputs.a);
      const b = new Date(inputs.b);
      const sizes = {
        milliseconds: 1,
        seconds: 1e3,
        minutes: 6e4,
        hours: 36e5,
        days: 864e5,
        weeks: 6048e5,
      };
      if (unit !== 'months' && unit !== 'years') {
        return (b.getTime() - a.getTime()) / sizes[unit as 'days'];
      }
      const sign = b < a ? -1 : 1;
      const [from, to] = b < a ? [b, a] : [a, b];
      const years = to.getUTCFullYear() - from.getUTCFullYear();
      const months = years * 12 + to.getUTCMonth() - from.getUTCMonth();
      // The part of a month since its first day decides whether the last month is a whole one.
      const since = (date: Date) =>
        date.getTime() - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
      const whole = since(to) < since(from) ? months - 1 : months;
      return sign * (unit === 'years' ? Math.trunc(whole / 12) : whole) + 0;
    },
  }),
];
