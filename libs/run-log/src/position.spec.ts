import { formatPosition, parsePosition } from './position';

describe('position', () => {
  it('survives being written and read', () => {
    const position = { shard: 3, seq: 1_045 };
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each(['', '3', '3:', ':4', '-1:4', '3:4:5', ' 3:4', '3:4e2', '3:9999999999999999', 'a:b'])(
    'refuses %j',
    (text) => {
      expect(() => parsePosition(text)).toThrow(/<shard>:<sequence>/);
    },
  );
});
