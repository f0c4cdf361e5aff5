import { assertPayloadRoom } from './payload-room';

describe(assertPayloadRoom, () => {
  it('accepts what a server takes when nobody has told it otherwise, and more', () => {
    for (const bytes of [undefined, 1_048_576, 8 * 1024 * 1024]) assertPayloadRoom(bytes);
  });

  it('refuses a server that takes less, and says what to set', () => {
    expect(() => assertPayloadRoom(65_536)).toThrow(
      /messages of 65536 bytes at most.*set `max_payload: 8MB`/,
    );
  });
});
