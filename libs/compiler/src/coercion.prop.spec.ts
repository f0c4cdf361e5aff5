import fc from 'fast-check';
import { PIN_TYPES } from '@runnel/definitions';
import type { Json, PinType } from '@runnel/definitions';
import { guestLibrary } from './testing/guest-library.contract';

const library = guestLibrary();
const json = fc.jsonValue() as fc.Arbitrary<Json>;
const number = fc.double();
const type = fc.constantFrom(...PIN_TYPES.filter((name) => name !== 'exec'));

/** What a value of each type is, in other words than the coercions use. */
const IS: Readonly<Record<Exclude<PinType, 'exec'>, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  enum: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  boolean: (value) => value === true || value === false,
  object: (value) => Object.prototype.toString.call(value) === '[object Object]' || value === null,
  array: (value) => value === null || Array.isArray(value),
  datetime: (value) => value === null || new Date(value as string).toISOString() === value,
  binary: (value) => value === null || typeof value === 'string',
  any: () => true,
  null: () => true,
};

describe('coercions', () => {
  it('give a value of the type, or an error that names node, pin and types', () => {
    fc.assert(
      fc.property(fc.oneof(json, number), type, (value, to) => {
        try {
          expect(IS[to as 'string'](library.coerce(to, value, 'node_1', 'in'))).toBe(true);
        } catch (error) {
          const { name, message, nodeId, code } = error as Error & { nodeId: string; code: string };
          expect([name, nodeId, code]).toEqual(['TypeError', 'node_1', 'COERCION_FAILED']);
          expect(message.startsWith(`Input pin 'in' of node_1 expects ${to} but got `)).toBe(true);
          expect(message.slice(message.lastIndexOf(' got ') + 5)).toMatch(
            /^(null|boolean|integer|float|string|array|object)\b/,
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('change nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(json, number), type, (value, to) => {
        const once = library.tryCoerce(to, value);
        if (once !== undefined) expect(library.tryCoerce(to, once)).toEqual(once);
      }),
    );
  });

  it('bring numbers back from text as they were', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = library.coerce('string', value, 'n', 'in');
        expect(library.coerce('float', text, 'n', 'in')).toBe(value + 0);
      }),
    );
  });

  it('read as numbers only what JavaScript reads as the same number', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+-.eExn _') }), (text) => {
        const found = library.tryCoerce('float', text);
        if (found !== undefined) expect(found).toBe(Number(text.trim()));
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not read inherited properties', () => {
    const value = Object.create({ length: 3, toJSON: () => 'inherited' }) as Json;
    expect(library.tryCoerce('array', value)).toBeUndefined();
    expect(library.tryCoerce('object', value)).toBe(value);
  });
});
