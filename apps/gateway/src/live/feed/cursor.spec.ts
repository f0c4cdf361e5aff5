import fc from 'fast-check';

import { type Cursor, cursorId, isAfter, parseCursor, WHOLE } from './cursor';

const cursor: fc.Arbitrary<Cursor> = fc.record({
  seq: fc.integer({ min: 0, max: 999_999_999 }),
  index: fc.oneof(fc.integer({ min: 0, max: 9_999 }), fc.constant(WHOLE)),
});

describe(parseCursor, () => {
  it('reads back what cursorId wrote', () => {
    fc.assert(
      fc.property(cursor, (given) => {
        expect(parseCursor(cursorId(3, given), 3)).toEqual(given);
      }),
    );
  });

  it.each([
    '',
    '3',
    '3:',
    ':1',
    '3:x',
    '2:1',
    '3:1/',
    '3:1/x',
    '3:1/2/3',
    '-3:1',
    '3:1 ',
    '3:9999999999999999',
  ])('refuses %j', (text) => {
    expect(() => parseCursor(text, 3)).toThrow(
      expect.objectContaining({ code: 'INVALID_POSITION' }) as Error,
    );
  });
});

describe(isAfter, () => {
  it('orders the frames of an entry before the entry as a whole, and that before the next', () => {
    const order = [
      { seq: 0, index: WHOLE },
      { seq: 4, index: 0 },
      { seq: 4, index: 1 },
      { seq: 4, index: WHOLE },
      { seq: 5, index: 0 },
    ];
    for (const [a, first] of order.entries()) {
      for (const [b, second] of order.entries()) expect(isAfter(first, second)).toBe(a > b);
    }
  });
});
