import {
  type Deployment,
  configured,
  deployed,
  paused,
  redeployed,
  resumed,
  type Status,
  tripped,
  undeployed,
} from './deployment';

const BIRTH = new Date('2026-03-01T00:00:00.000Z');
const NOW = new Date('2026-03-05T12:00:00.000Z');

const inState = (status: Status): Deployment => ({
  id: 'dep_1',
  project: 'prj_1',
  patternId: 'pat_1',
  status,
  environmentId: null,
  versionId: 'ver_1',
  confirmedAt: BIRTH,
  pausedReason: status === 'paused' ? 'circuit_breaker' : null,
  pausedAt: status === 'paused' ? BIRTH : null,
  lastError: status === 'failed' ? 'did not load' : null,
  schedulesFrom: BIRTH,
  scheduleOverrides: [{ nodeId: 'n', cronExpression: '* * * * *', timezone: 'UTC', since: '' }],
  retryPolicy: { maxAttempts: 2, backoffSeconds: 5, factor: 2 },
  timeoutMs: 60_000,
  breakerSince: BIRTH,
  createdAt: BIRTH,
  updatedAt: BIRTH,
});
const clean = { pausedReason: null, pausedAt: null, lastError: null, updatedAt: NOW };
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

/** Every state against every move: the state after it, or the refusal (contracts/automation.md C.8). */
const TABLE: [string, (d: Deployment, now: Date) => Deployment, Record<Status, string>][] = [
  [
    'pause',
    paused,
    {
      active: 'paused',
      paused: 'ALREADY_PAUSED',
      failed: 'DEPLOYMENT_NOT_ACTIVE',
      undeployed: 'DEPLOYMENT_NOT_ACTIVE',
    },
  ],
  [
    'resume',
    resumed,
    { active: 'NOT_PAUSED', paused: 'active', failed: 'NOT_PAUSED', undeployed: 'NOT_PAUSED' },
  ],
  [
    'redeploy',
    redeployed,
    { active: 'active', paused: 'active', failed: 'active', undeployed: 'NOTHING_TO_REDEPLOY' },
  ],
  [
    'undeploy',
    undeployed,
    {
      active: 'undeployed',
      paused: 'undeployed',
      failed: 'undeployed',
      undeployed: 'NOT_DEPLOYED',
    },
  ],
];
const CASES = TABLE.flatMap(([name, move, outcomes]) =>
  Object.entries(outcomes).map(([status, outcome]) => ({
    name,
    move,
    status: status as Status,
    outcome,
  })),
);

describe('moves of a deployment', () => {
  it.each(CASES)('$name when $status: $outcome', ({ move, status, outcome }) => {
    const before = inState(status);
    if (outcome === outcome.toUpperCase()) {
      expect(() => move(before, NOW)).toThrow(refusal(outcome));
    } else {
      expect(move(before, NOW)).toMatchObject({
        status: outcome,
        updatedAt: NOW,
        createdAt: BIRTH,
      });
    }
    expect(before).toEqual(inState(status));
  });
});

describe(paused, () => {
  it('says since when and why', () => {
    expect(paused(inState('active'), NOW)).toMatchObject({ pausedReason: 'manual', pausedAt: NOW });
  });
});

describe(tripped, () => {
  it('says that the circuit breaker did it, once', () => {
    const after = tripped(inState('active'), NOW);
    expect(after).toMatchObject({ status: 'paused', pausedReason: 'circuit_breaker' });
    expect(() => tripped(after, NOW)).toThrow(refusal('ALREADY_PAUSED'));
  });
});

describe(resumed, () => {
  it('lets the circuit breaker count anew', () => {
    expect(resumed(inState('paused'), NOW).breakerSince).toBe(NOW);
  });
});

describe(configured, () => {
  it('changes what is named and nothing else', () => {
    expect(configured(inState('active'), { timeoutMs: null }, NOW)).toEqual({
      ...inState('active'),
      timeoutMs: null,
      updatedAt: NOW,
    });
  });
});

describe(redeployed, () => {
  it('is confirmed anew and forgets why it stood still', () => {
    for (const status of ['paused', 'failed'] as const) {
      expect(redeployed(inState(status), NOW)).toMatchObject({
        ...clean,
        confirmedAt: NOW,
        breakerSince: NOW,
      });
    }
  });
});

describe(undeployed, () => {
  it('is refused for what was never deployed', () => {
    expect(() => undeployed(undefined, NOW)).toThrow(refusal('NOT_DEPLOYED'));
  });
});

describe(deployed, () => {
  const birth = { id: 'dep_new', project: 'prj_1', patternId: 'pat_1' };

  it('is born with the first version', () => {
    expect(deployed(undefined, birth, 'ver_1', NOW)).toEqual({
      ...birth,
      ...clean,
      status: 'active',
      versionId: 'ver_1',
      environmentId: null,
      confirmedAt: NOW,
      schedulesFrom: NOW,
      scheduleOverrides: [],
      breakerSince: NOW,
      retryPolicy: null,
      timeoutMs: null,
      createdAt: NOW,
    });
  });

  it.each(['active', 'paused', 'failed', 'undeployed'] as const)(
    'keeps its id and birth when it was %s, and takes the new version',
    (status) => {
      expect(deployed(inState(status), birth, 'ver_2', NOW)).toEqual({
        ...inState('active'),
        ...clean,
        versionId: 'ver_2',
        confirmedAt: NOW,
        schedulesFrom: NOW,
        scheduleOverrides: [],
        breakerSince: NOW,
      });
    },
  );

  it('stays bound to its environment until another one is named', () => {
    const bound = deployed(undefined, birth, 'ver_1', NOW, 'env_1');
    expect(bound.environmentId).toBe('env_1');
    expect(deployed(bound, birth, 'ver_2', NOW).environmentId).toBe('env_1');
    expect(deployed(bound, birth, 'ver_2', NOW, 'env_2').environmentId).toBe('env_2');
  });
});
