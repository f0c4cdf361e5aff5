import type { Json, PinType } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/** Adds the coercion table of B.2 to the library. Runs inside the VM, and in the compiler for inline defaults. */
export function installCoercion(lib: GuestLibrary): void {
  const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  /** Date, hours and minutes, seconds, fraction, zone (Z, or sign, hours, minutes). */
  const ISO_8601 =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/;
  const MAX_NUMBER_TEXT = 400;

  /** Undefined says that the value cannot be converted. */
  const converters: { readonly [type in PinType]: (value: Json) => Json | undefined } = {
    any: (value) => value,
    null: (value) => value,
    exec: () => undefined,
    string: (value) => lib.text(value),
    enum: (value) => lib.text(value),
    float: toNumber,
    integer: (value) => {
      const number = toNumber(value);
      return number === undefined || !Number.isFinite(number) ? undefined : truncate(number);
    },
    boolean: toBoolean,
    object: (value) => (typeof value === 'object' && !Array.isArray(value) ? value : undefined),
    array: (value) => (value === null || Array.isArray(value) ? value : undefined),
    datetime: toDateTime,
    binary: (value) => (value === null || typeof value === 'string' ? value : undefined),
  };

  lib.coerce = (type, value, nodeId, pin) => {
    const converted = converters[type](value);
    if (converted !== undefined) return converted;
    const message = `Input pin '${pin}' of ${nodeId} expects ${type} but got ${lib.describe(value)}`;
    throw lib.error('TypeError', message, nodeId, 'COERCION_FAILED');
  };

  lib.tryCoerce = (type, value) => converters[type](value);

  lib.text = (value) => {
    if (typeof value === 'string') return value;
    if (value === null) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };

  lib.describe = (value) => {
    const type = lib.typeName(value);
    return typeof value === 'string' && value.length <= 40
      ? `string ${JSON.stringify(value)}`
      : type;
  };

  function truncate(number: number): number {
    return Math.trunc(number) + 0;
  }

  function toNumber(value: Json): number | undefined {
    if (typeof value === 'number') return value;
    if (value === null) return 0;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'string' || value.length > MAX_NUMBER_TEXT) return undefined;
    const text = value.trim();
    if (!DECIMAL.test(text)) return undefined;
    const number = Number(text);
    return Number.isFinite(number) ? number : undefined;
  }

  function toBoolean(value: Json): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (value === null) return false;
    if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
    if (value === 'true' || value === '1') return true;
    return value === 'false' || value === '0' || value === '' ? false : undefined;
  }

  /** A time without a zone is UTC; fractions are cut to milliseconds. */
  function toDateTime(value: Json): string | null | undefined {
    if (value === null) return null;
    const parts = typeof value === 'string' && value.length <= 64 ? ISO_8601.exec(value) : null;
    if (parts === null) return undefined;
    const [, date, clock = '00:00', seconds = '00', fraction = '', hours, minutes = '00'] = parts;
    const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
    const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
    const time = Date.parse(`${date}T${clock}:${seconds}.${milliseconds}${zone}`);
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  }
}
