import { idempotencyKeyOf } from './idempotency-key';

describe(idempotencyKeyOf, () => {
  it('is the header of that name, else the request id, else the signed timestamp', () => {
    const both = { 'x-idempotency-key': ' order-17 ', 'x-request-id': 'req-1' };
    expect(idempotencyKeyOf(both, '17:abc')).toBe('order-17');
    expect(idempotencyKeyOf({ 'x-request-id': 'req-1' }, '17:abc')).toBe('req-1');
    expect(idempotencyKeyOf({ 'x-idempotency-key': '' }, '17:abc')).toBe('signature:17:abc');
    expect(idempotencyKeyOf({}, undefined)).toBeUndefined();
  });

  it('has at most 256 characters', () => {
    expect(idempotencyKeyOf({ 'x-idempotency-key': 'k'.repeat(256) }, undefined)).toHaveLength(256);
    expect(() => idempotencyKeyOf({ 'x-idempotency-key': 'k'.repeat(257) }, undefined)).toThrow(
      expect.objectContaining({ status: 400, code: 'VALIDATION' }) as Error,
    );
  });
});
