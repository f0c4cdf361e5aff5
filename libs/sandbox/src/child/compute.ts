import { createHash, createHmac } from 'node:crypto';

const ALGORITHMS: readonly string[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];
const ENCODINGS: readonly string[] = ['hex', 'base64', 'base64url'];
const MAX_ZONE_NAME = 64;
const MAX_ZONES = 64;
const MINUTE = 60_000;

const zones = new Map<string, Intl.DateTimeFormat>();

class ComputeError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * Works out for the guest what its engine lacks: hashes and the offsets of time zones. The same input gives the same
 * answer, so nothing is recorded. Answers `+` and JSON text, or `-` and the JSON text of an error.
 */
export function compute(kind: string, input: string): string {
  try {
    return `+${JSON.stringify(resultOf(kind, fieldsOf(input)))}`;
  } catch (error) {
    // Whatever a guest gives, the door does not throw.
    const known =
      error instanceof ComputeError ? error : new ComputeError('Bad input', 'BAD_INPUT');
    return `-${JSON.stringify({ type: 'RangeError', message: known.message, code: known.code })}`;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(input: string): Fields {
  const value = JSON.parse(input) as unknown;
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function resultOf(kind: string, fields: Fields): string | number {
  const text = String(fields['text']);
  switch (kind) {
    case 'hash':
      return createHash(algorithmOf(fields)).update(text).digest(encodingOf(fields));
    case 'hmac': {
      const key = String(fields['key']);
      return createHmac(algorithmOf(fields), key).update(text).digest(encodingOf(fields));
    }
    case 'zone-offset':
      return zoneOffset(String(fields['zone']), Number(fields['time']));
    default:
      throw new ComputeError(`'${kind.slice(0, 40)}' cannot be computed`, 'UNKNOWN_COMPUTATION');
  }
}

function algorithmOf({ algorithm }: Fields): string {
  const name = ALGORITHMS.find((known) => known === algorithm);
  if (name === undefined) throw new ComputeError('Unknown hash algorithm', 'UNKNOWN_ALGORITHM');
  return name;
}

function encodingOf({ encoding }: Fields): 'hex' | 'base64' | 'base64url' {
  const name = ENCODINGS.find((known) => known === encoding);
  if (name === undefined) throw new ComputeError('Unknown encoding', 'UNKNOWN_ENCODING');
  return name as 'hex';
}

/** Minutes by which the clocks of a zone are ahead of UTC at a time. */
function zoneOffset(zone: string, time: number): number {
  if (Number.isNaN(new Date(time).getTime())) throw new ComputeError('No time', 'INVALID_DATE');
  const parts = clockOf(zone).formatToParts(time);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = new Date(0);
  local.setUTCFullYear(yearOf(parts), read('month') - 1, read('day'));
  local.setUTCHours(read('hour'), read('minute'), read('second'));
  return Math.round((local.getTime() - time) / MINUTE);
}

function yearOf(parts: readonly Intl.DateTimeFormatPart[]): number {
  const year = Number(parts.find(({ type }) => type === 'year')?.value ?? 0);
  return parts.some(({ type, value }) => type === 'era' && value.startsWith('B')) ? 1 - year : year;
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = newClock(zone);
  if (zones.size >= MAX_ZONES) zones.clear();
  zones.set(zone, made);
  return made;
}

function newClock(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  try {
    if (timeZone.length > MAX_ZONE_NAME) throw new RangeError('too long');
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const name = timeZone.slice(0, MAX_ZONE_NAME);
    throw new ComputeError(`Unknown time zone '${name}'`, 'UNKNOWN_TIME_ZONE');
  }
}
