import { type RunPolicy, retryDelayMs } from '@runnel/run-domain';
import fc from 'fast-check';

import { runPolicyOf } from './run-settings';

const BASE: RunPolicy = {
  maxAttempts: 1,
  retry: { strategy: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 0 },
  timeout: { ms: 30_000, scope: 'run' },
  deadLetterFrom: 3,
  maxCrashesWithoutProgress: 5,
};

describe(runPolicyOf, () => {
  it('is what the installation says where the deployment says nothing', () => {
    expect(runPolicyOf({ retryPolicy: null, timeoutMs: null }, BASE)).toEqual(BASE);
  });

  it('takes the time limit of the deployment', () => {
    const policy = runPolicyOf({ retryPolicy: null, timeoutMs: 900_000 }, BASE);
    expect(policy.timeout).toEqual({ ms: 900_000, scope: 'run' });
  });

  it('makes a dead letter of the last try, and never before it', () => {
    const of = (maxAttempts: number) =>
      runPolicyOf(
        { retryPolicy: { maxAttempts, backoffSeconds: 5, factor: 2 }, timeoutMs: null },
        BASE,
      );
    expect(of(1)).toEqual(BASE);
    expect(of(2)).toMatchObject({
      maxAttempts: 2,
      deadLetterFrom: 2,
      timeout: { scope: 'attempt' },
    });
    expect(of(5)).toMatchObject({ maxAttempts: 5, deadLetterFrom: 3 });
  });

  it('waits backoff * factor^(n-1) before try n+1, within an hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 1, max: 3_600 }),
        fc.constantFrom(1, 1.5, 2, 3, 10),
        (maxAttempts, backoffSeconds, factor) => {
          const retryPolicy = { maxAttempts, backoffSeconds, factor };
          const { retry } = runPolicyOf({ retryPolicy, timeoutMs: null }, BASE);
          for (let failures = 1; failures < maxAttempts; failures += 1) {
            const expected = Math.min(backoffSeconds * 1_000 * factor ** (failures - 1), 3_600_000);
            expect(retryDelayMs(retry, failures, 0.5)).toBe(Math.round(expected));
          }
        },
      ),
    );
  });
});
