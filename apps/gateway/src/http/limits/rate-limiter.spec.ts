import { RateLimiter } from './rate-limiter';

describe(RateLimiter, () => {
  it('allows so many requests per window and says how many are left', () => {
    const limiter = new RateLimiter(2, 1_000);
    expect(limiter.hit('a', 0)).toEqual({ allowed: true, limit: 2, remaining: 1, resetsAt: 1_000 });
    expect(limiter.hit('a', 10)).toMatchObject({ allowed: true, remaining: 0 });
    expect(limiter.hit('a', 999)).toEqual({
      allowed: false,
      limit: 2,
      remaining: 0,
      resetsAt: 1_000,
    });
    expect(limiter.hit('a', 1_000)).toMatchObject({ allowed: true, resetsAt: 2_000 });
  });

  it('counts each subject by itself', () => {
    const limiter = new RateLimiter(1, 1_000);
    expect(limiter.hit('a', 0).allowed).toBe(true);
    expect(limiter.hit('b', 0).allowed).toBe(true);
    expect(limiter.hit('a', 0).allowed).toBe(false);
  });

  it('does not grow without bound, and forgets those longest known first', () => {
    const limiter = new RateLimiter(1, 1_000, 3);
    for (let n = 0; n < 100; n += 1) limiter.hit(`subject ${n}`, n);
    expect(limiter.subjects).toBe(3);
    expect(limiter.hit('subject 99', 100).allowed).toBe(false);
    expect(limiter.hit('subject 0', 100).allowed).toBe(true);
  });

  it('makes room by windows that are over before it forgets one that counts', () => {
    const limiter = new RateLimiter(1, 1_000, 2);
    limiter.hit('over', 0);
    limiter.hit('counting', 900);
    limiter.hit('new', 1_500);
    expect(limiter.hit('counting', 1_500).allowed).toBe(false);
  });
});
