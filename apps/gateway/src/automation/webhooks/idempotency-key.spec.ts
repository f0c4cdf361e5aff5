import { idempotencyKeysOf } from './idempotency-key';

describe(idempotencyKeysOf, () => {
  it('are the header of that name, else the request id, and the signed timestamp in any case', () => {
    const both = { 'x-idempotency-key': ' order-17 ', 'x-request-id': 'req-1' };
    expect(idempotencyKeysOf(both, '17:abc')).toEqual(['order-17', 'signature:17:abc']);
    expect(idempotencyKeysOf(both, undefined)).toEqual(['order-17']);
    expect(idempotencyKeysOf({ 'x-request-id': 'req-1' }, undefined)).toEqual(['req-1']);
    expect(idempotencyKeysOf({ 'x-idempotency-key': '' }, '17:abc')).toEqual(['signature:17:abc']);
    expect(idempotencyKeysOf({}, undefined)).toEqual([]);
  });

  it('have at most 256 characters', () => {
    const keyOf = (length: number) =>
      idempotencyKeysOf({ 'x-idempotency-key': 'k'.repeat(length) }, undefined);
    expect(keyOf(256)).toHaveLength(1);
    expect(() => keyOf(257)).toThrow(
      expect.objectContaining({ status: 400, code: 'VALIDATION' }) as Error,
    );
  });
});
