import type { GuestLibrary } from './guest-types';

/** Adds dates as text to the library. What depends on a time zone comes from the host. Runs inside the VM. */
export function installDates(lib: GuestLibrary): void {
  const MINUTE = 60000;
  const MAX_FORMAT = 200;
  const MONTHS =
    'January February March April May June July August September October November December'.split(
      ' ',
    );
  const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
  const TOKEN =
    /\[[^\]]*\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|[^]/g;

  lib.formatDate = (time, format, offset, isUtc) => {
    const local = new Date(time + offset * MINUTE);
    const iso = local.toISOString();
    switch (format) {
      case 'ISO':
        return isUtc ? iso : iso.slice(0, -1) + zone(offset, ':');
      case 'DATE':
        return iso.slice(0, 10);
      case 'TIME':
        return iso.slice(11, 19);
      case 'UNIX':
        return String(Math.floor(time / 1000));
      case 'UNIX_MS':
        return String(time);
      default:
        return tokensOf(format)
          .map((token) => WRITTEN.get(token)?.({ date: local, iso, offset }) ?? bare(token))
          .join('');
    }
  };

  function tokensOf(format: string): string[] {
    return format.slice(0, MAX_FORMAT).match(TOKEN) ?? [];
  }

  function zone(offset: number, between: string): string {
    const size = Math.abs(offset);
    const [hours, minutes] = [Math.floor(size / 60), size % 60].map((n) =>
      String(n).padStart(2, '0'),
    );
    return `${offset < 0 ? '-' : '+'}${hours}${between}${minutes}`;
  }

  type Local = { readonly date: Date; readonly iso: string; readonly offset: number };
  const hour12 = ({ date }: Local) => String(((date.getUTCHours() + 11) % 12) + 1);
  const half = ({ date }: Local) => (date.getUTCHours() < 12 ? 'AM' : 'PM');
  const WRITTEN = new Map<string, (local: Local) => string>([
    ['YYYY', ({ iso }) => iso.slice(0, 4)],
    ['YY', ({ iso }) => iso.slice(2, 4)],
    ['MMMM', ({ date }) => MONTHS[date.getUTCMonth()] ?? ''],
    ['MMM', ({ date }) => MONTHS[date.getUTCMonth()]?.slice(0, 3) ?? ''],
    ['MM', ({ iso }) => iso.slice(5, 7)],
    ['M', ({ date }) => String(date.getUTCMonth() + 1)],
    ['DD', ({ iso }) => iso.slice(8, 10)],
    ['D', ({ date }) => String(date.getUTCDate())],
    ['dddd', ({ date }) => DAYS[date.getUTCDay()] ?? ''],
    ['ddd', ({ date }) => DAYS[date.getUTCDay()]?.slice(0, 3) ?? ''],
    ['HH', ({ iso }) => iso.slice(11, 13)],
    ['H', ({ date }) => String(date.getUTCHours())],
    ['hh', (local) => hour12(local).padStart(2, '0')],
    ['h', hour12],
    ['mm', ({ iso }) => iso.slice(14, 16)],
    ['m', ({ date }) => String(date.getUTCMinutes())],
    ['ss', ({ iso }) => iso.slice(17, 19)],
    ['s', ({ date }) => String(date.getUTCSeconds())],
    ['SSS', ({ iso }) => iso.slice(20, 23)],
    ['A', half],
    ['a', (local) => half(local).toLowerCase()],
    ['Z', ({ offset }) => zone(offset, ':')],
    ['ZZ', ({ offset }) => zone(offset, '')],
  ]);

  /** Text without the brackets that protect it. */
  function bare(token: string): string {
    return token.length > 1 && token.startsWith('[') ? token.slice(1, -1) : token;
  }

  /** What each token may look like in a text that is read. */
  const READ = new Map([
    ['YYYY', '(\\d{4})'],
    ['YY', '(\\d{2})'],
    ['MMMM', `(${MONTHS.join('|')})`],
    ['MMM', `(${MONTHS.map((name) => name.slice(0, 3)).join('|')})`],
    ['SSS', '(\\d{3})'],
    ['A', '(AM|PM)'],
    ['a', '(am|pm)'],
    ['Z', '(Z|[+-]\\d\\d:?\\d\\d)'],
    ...['MM', 'DD', 'HH', 'hh', 'mm', 'ss'].map((token) => [token, '(\\d{2})'] as const),
    ...['M', 'D', 'H', 'h', 'm', 's'].map((token) => [token, '(\\d{1,2})'] as const),
  ]);

  lib.parseDate = (text, format, nodeId) => {
    const fail = () => {
      const message = `'${text.slice(0, 60)}' is no date of the form ${format.slice(0, 60)}`;
      return lib.error('SyntaxError', message, nodeId, 'INVALID_DATE');
    };
    const time = timeOf(text.trim(), format, nodeId);
    if (time === undefined || !(time >= Date.UTC(0, 0) - 6e13 && time < 253402300800000))
      throw fail();
    return new Date(time).toISOString();
  };

  function timeOf(text: string, format: string, nodeId: string): number | undefined {
    if (text.length > MAX_FORMAT) return undefined;
    if (format === 'ISO') {
      const iso = lib.tryCoerce('datetime', text);
      return typeof iso === 'string' ? Date.parse(iso) : undefined;
    }
    if (format === 'UNIX' || format === 'UNIX_MS') {
      const number = lib.tryCoerce('float', text);
      return typeof number === 'number' ? number * (format === 'UNIX' ? 1000 : 1) : undefined;
    }
    const tokens = tokensOf(format);
    const pattern = tokens.map((token) => READ.get(token) ?? literalOf(token)).join('');
    // By the linear matcher: a format such as DMDMDM would send a backtracking one round for ever.
    const values = lib.regex(`^${pattern}$`, '', nodeId).match(text, 0)?.groups.slice(1);
    if (values === undefined) return undefined;
    const fields = new Map<string, string>();
    tokens
      .filter((token) => READ.has(token))
      .forEach((token, i) => fields.set(token, values[i] ?? ''));
    return assembled(fields);
  }

  function literalOf(token: string): string {
    return bare(token).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }

  /** Undefined for a day or time that does not exist. */
  function assembled(fields: ReadonlyMap<string, string>): number | undefined {
    const read = (names: readonly string[], otherwise: number): number => {
      const name = names.find((token) => fields.has(token));
      return name === undefined ? otherwise : Number(fields.get(name));
    };
    const named = fields.get('MMMM') ?? fields.get('MMM');
    const month =
      named === undefined
        ? read(['MM', 'M'], 1)
        : MONTHS.findIndex((name) => name.startsWith(named)) + 1;
    const year = fields.has('YYYY') ? read(['YYYY'], 0) : 2000 + read(['YY'], -30);
    const day = read(['DD', 'D'], 1);
    const half = (fields.get('A') ?? fields.get('a'))?.toUpperCase();
    const twelve = read(['hh', 'h'], -1);
    if (twelve === 0 || twelve > 12) return undefined;
    const hour = twelve < 0 ? read(['HH', 'H'], 0) : (twelve % 12) + (half === 'PM' ? 12 : 0);
    const minute = read(['mm', 'm'], 0);
    const second = read(['ss', 's'], 0);
    if (hour > 23 || minute > 59 || second > 59) return undefined;
    const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, read(['SSS'], 0)));
    date.setUTCFullYear(year, month - 1, day);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
    return date.getTime() - zoneMinutes(fields.get('Z')) * MINUTE;
  }

  function zoneMinutes(text = 'Z'): number {
    if (text === 'Z') return 0;
    const digits = text.replace(':', '');
    const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3));
    return digits.startsWith('-') ? -minutes : minutes;
  }
}
