import { aPolicy } from '../test/fixtures';
import { policyForTrigger } from './policy-for-trigger';

describe(policyForTrigger, () => {
  const policy = aPolicy({ maxAttempts: 4, timeout: { ms: 30_000, scope: 'attempt' } });

  it.each(['webhook', 'schedule', 'email'] as const)(
    'lets a %s run try again by itself',
    (type) => {
      expect(policyForTrigger(policy, type)).toBe(policy);
    },
  );

  it.each(['manual', 'pattern_call'] as const)('lets a %s run try once', (type) => {
    expect(policyForTrigger(policy, type)).toEqual({
      ...policy,
      maxAttempts: 1,
      timeout: { ms: 30_000, scope: 'run' },
    });
  });

  it('lets a retry or a replay try once, whatever triggered the original', () => {
    expect(policyForTrigger(policy, 'webhook', true).maxAttempts).toBe(1);
  });

  it('leaves a policy without retries as it is', () => {
    const once = aPolicy({ maxAttempts: 1 });
    expect(policyForTrigger(once, 'manual')).toBe(once);
  });
});
