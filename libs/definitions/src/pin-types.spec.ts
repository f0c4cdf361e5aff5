import { canConnect, PIN_TYPES, toPinType } from './pin-types';

/** Rows: from; columns: to, in the order of PIN_TYPES. x = allowed (contracts/automation.md B.2). */
const TABLE = `
exec     x . . . . . . . . . . .
string   . x x x x . . x . x x x
integer  . x x x x . . . . x x .
float    . x x x x . . . . x x .
boolean  . x x x x . . . . x x .
object   . . . . . x . . . x x .
array    . . . . . . x . . x x .
datetime . x . . . . . x . x x .
binary   . . . . . . . . x x x .
any      . x x x x x x x x x x x
null     . x x x x x x x x x x x
enum     . x . . . . . . . x x x`;

describe(canConnect, () => {
  it('allows exactly the wires of the compatibility table', () => {
    const expected = TABLE.trim().split('\n');
    const actual = PIN_TYPES.map((from) => {
      const row = PIN_TYPES.map((to) => (canConnect(from, to) ? 'x' : '.'));
      return `${from.padEnd(8)} ${row.join(' ')}`;
    });
    expect(actual).toEqual(expected);
  });
});

describe(toPinType, () => {
  it('reads the alias number as float and knows no other names than the twelve', () => {
    expect(toPinType('number')).toBe('float');
    expect(toPinType('datetime')).toBe('datetime');
    expect(toPinType('toString')).toBeUndefined();
    expect(toPinType(7)).toBeUndefined();
  });
});
