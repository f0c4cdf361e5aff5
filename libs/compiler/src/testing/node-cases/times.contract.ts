import type { NodeCase } from './case.contract';

const AT = '2026-03-05T09:07:03.042Z';

export const TIME_CASES: readonly NodeCase[] = [
  ['Now', {}, '2023-11-14T22:13:20.000Z'],
  ['FormatDate', { value: AT }, AT],
  ['FormatDate', { value: AT, format: 'DATE' }, '2026-03-05'],
  ['FormatDate', { value: AT, format: 'TIME' }, '09:07:03'],
  ['FormatDate', { value: AT, format: 'UNIX' }, '1772701623'],
  ['FormatDate', { value: AT, format: 'UNIX_MS' }, '1772701623042'],
  ['FormatDate', { value: AT, timezone: 'Asia/Kolkata' }, '2026-03-05T14:37:03.042+05:30'],
  [
    'FormatDate',
    { value: AT, format: 'dddd, D MMMM YYYY [at] h:mm a Z', timezone: 'Asia/Kolkata' },
    'Thursday, 5 March 2026 at 2:37 pm +05:30',
  ],
  [
    'FormatDate',
    { value: AT, format: 'ddd DD.MM.YY HH:mm:ss.SSS M/H/m/s A hh ZZ' },
    'Thu 05.03.26 09:07:03.042 3/9/7/3 AM 09 +0000',
  ],
  ['AddTime', { value: AT, amount: 90, unit: 'minutes' }, '2026-03-05T10:37:03.042Z'],
  ['AddTime', { value: AT, amount: -1.5, unit: 'days' }, '2026-03-03T21:07:03.042Z'],
  [
    'AddTime',
    { value: '2024-01-31T00:00:00Z', amount: 1, unit: 'months' },
    '2024-02-29T00:00:00.000Z',
  ],
  [
    'AddTime',
    { value: '2024-02-29T00:00:00Z', amount: -1, unit: 'years' },
    '2023-02-28T00:00:00.000Z',
  ],
  [
    'AddTime',
    { value: AT, amount: 1e12, unit: 'years' },
    /^The time is outside of the years 0 to 9999$/,
  ],
  ['ParseDate', { text: '2026-03-05T10:07:03+01:00' }, '2026-03-05T09:07:03.000Z'],
  ['ParseDate', { text: '1772701623', format: 'UNIX' }, '2026-03-05T09:07:03.000Z'],
  ['ParseDate', { text: '1772701623042', format: 'UNIX_MS' }, AT],
  [
    'ParseDate',
    { text: '5.3.2026 (2:07 PM)', format: 'D.M.YYYY (h:mm A)' },
    '2026-03-05T14:07:00.000Z',
  ],
  [
    'ParseDate',
    { text: 'March 5, 2026 +0200', format: 'MMMM D, YYYY Z' },
    '2026-03-04T22:00:00.000Z',
  ],
  [
    'ParseDate',
    { text: '30.02.2026', format: 'DD.MM.YYYY' },
    /^'30\.02\.2026' is no date of the form DD\.MM\.YYYY$/,
  ],
  ['ParseDate', { text: 'soon' }, /^'soon' is no date of the form ISO$/],
  ['DateDiff', { a: AT, b: '2026-03-05T10:37:03.042Z', unit: 'hours' }, 1.5],
  ['DateDiff', { a: '2026-03-05T10:37:03.042Z', b: AT }, -5400],
  ['DateDiff', { a: '2024-01-31T00:00:00Z', b: '2024-03-30T00:00:00Z', unit: 'months' }, 1],
  ['DateDiff', { a: '2026-03-05T00:00:00Z', b: '2020-03-06T00:00:00Z', unit: 'years' }, -5],
];
