import type { Json, PinType } from '@runnel/definitions';
import { installCoercion } from './runtime/install-coercion';
import type { GuestLibrary } from './runtime/guest-types';
import { installPaths } from './runtime/install-paths';
import { installValues } from './runtime/install-values';

const lib = { methods: {} } as unknown as GuestLibrary;
for (const install of [installValues, installPaths, installCoercion]) install(lib);

/** The result, or `error`. */
function coerced(type: PinType, value: Json): Json {
  try {
    return lib.coerce(type, value, 'node_7', 'in');
  } catch {
    return 'error';
  }
}

describe('the coercion table (contracts/automation.md B.2)', () => {
  const ROWS: [value: Json, string: Json, integer: Json, float: Json, boolean: Json][] = [
    ['42', '42', 42, 42, 'error'],
    ['-3.9e1', '-3.9e1', -39, -39, 'error'],
    [' 7.5 ', ' 7.5 ', 7, 7.5, 'error'],
    ['.5', '.5', 0, 0.5, 'error'],
    ['5.', '5.', 5, 5, 'error'],
    ['0x10', '0x10', 'error', 'error', 'error'],
    ['1e999', '1e999', 'error', 'error', 'error'],
    ['Infinity', 'Infinity', 'error', 'error', 'error'],
    ['', '', 'error', 'error', false],
    ['abc', 'abc', 'error', 'error', 'error'],
    ['true', 'true', 'error', 'error', true],
    ['false', 'false', 'error', 'error', false],
    ['True', 'True', 'error', 'error', 'error'],
    ['1', '1', 1, 1, true],
    ['0', '0', 0, 0, false],
    [42, '42', 42, 42, true],
    [2.9, '2.9', 2, 2.9, true],
    [-2.9, '-2.9', -2, -2.9, true],
    [0.1, '0.1', 0, 0.1, true],
    [0, '0', 0, 0, false],
    [Number.NaN, 'NaN', 'error', Number.NaN, false],
    [Number.POSITIVE_INFINITY, 'Infinity', 'error', Number.POSITIVE_INFINITY, true],
    [true, 'true', 1, 1, true],
    [false, 'false', 0, 0, false],
    [null, '', 0, 0, false],
    [{ a: [1] }, '{"a":[1]}', 'error', 'error', 'error'],
    [[1, 'x'], '[1,"x"]', 'error', 'error', 'error'],
  ];

  it.each(ROWS)('converts %j', (value, ...expected) => {
    const types: PinType[] = ['string', 'integer', 'float', 'boolean'];
    expect(types.map((type) => coerced(type, value))).toEqual(expected);
  });

  it('drops the sign of a truncated zero', () => {
    expect(Object.is(coerced('integer', -0.4), 0)).toBe(true);
  });

  it.each([
    ['2026-03-05', '2026-03-05T00:00:00.000Z'],
    ['2026-03-05T11:45', '2026-03-05T11:45:00.000Z'],
    ['2026-03-05 11:45:30', '2026-03-05T11:45:30.000Z'],
    ['2026-03-05T11:45:30,123456Z', '2026-03-05T11:45:30.123Z'],
    ['2026-03-05T11:45:30+02', '2026-03-05T09:45:30.000Z'],
    ['2026-03-05T11:45:30.5-0130', '2026-03-05T13:15:30.500Z'],
    ['2026-03-05T11:45:30+02:00', '2026-03-05T09:45:30.000Z'],
    ['2026-13-05', 'error'],
    ['5 March 2026', 'error'],
    ['2026-03-05T', 'error'],
    ['', 'error'],
    [1_772_000_000_000, 'error'],
    [null, null],
  ])('reads %j as a datetime', (value, expected) => {
    expect(coerced('datetime', value)).toBe(expected);
  });

  it('takes objects, lists and bytes only as what they are', () => {
    const values: Json[] = [{}, [], null, 'x', 1];
    const kept = (type: PinType) => values.map((value) => coerced(type, value) !== 'error');
    expect(kept('object')).toEqual([true, false, true, false, false]);
    expect(kept('array')).toEqual([false, true, true, false, false]);
    expect(kept('binary')).toEqual([false, false, true, true, false]);
    expect(kept('any')).toEqual([true, true, true, true, true]);
  });

  it('names node, pin, expected and actual type in its errors', () => {
    expect(() => lib.coerce('integer', 'abc', 'node_7', 'index')).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: 'Input pin \'index\' of node_7 expects integer but got string "abc"',
        nodeId: 'node_7',
        code: 'COERCION_FAILED',
      }) as Error,
    );
    expect(() => lib.coerce('array', { a: 1 }, 'node_7', 'list')).toThrow(
      "Input pin 'list' of node_7 expects array but got object",
    );
  });

  it('rejects long texts without trying them', () => {
    expect(coerced('float', '1'.repeat(500))).toBe('error');
    expect(coerced('datetime', '2'.repeat(500))).toBe('error');
  });
});
