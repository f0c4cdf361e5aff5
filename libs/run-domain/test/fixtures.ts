import type { RunCommand } from '../src/commands';
import type { RunPolicy, RunRequested } from '../src/events';
import type { RunStatus } from '../src/status';
import type { RunError } from '../src/values';

/** The time `seconds` after the start of every story told here. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 5, 12) + seconds * 1000).toISOString();
}

export const anError: RunError = { type: 'HttpError', message: 'endpoint returned 500: no' };

export function aPolicy(overrides: Partial<RunPolicy> = {}): RunPolicy {
  return {
    maxAttempts: 3,
    retry: { strategy: 'exponential', baseMs: 1000, maxMs: 3_600_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'attempt' },
    maxCrashesWithoutProgress: 3,
    ...overrides,
  };
}

export function aRequest(overrides: Partial<RunRequested> = {}): RunRequested {
  return {
    kind: 'graph',
    definition: { id: 'pat_1', versionId: 'ver_1', version: 4, name: 'Orders' },
    trigger: { type: 'webhook', endpointId: 'wep_1' },
    payload: { inline: { order: 7 } },
    firstAttempt: 1,
    policy: aPolicy(),
    queue: 'default',
    priority: 0,
    ...overrides,
  };
}

export const request = (overrides: Partial<RunRequested> = {}, seconds = 0): RunCommand => ({
  type: 'RequestRun',
  now: at(seconds),
  request: aRequest(overrides),
});

export const start = (seconds = 1, executor = 'exe_1'): RunCommand => ({
  type: 'StartAttempt',
  now: at(seconds),
  executor,
});

export const fail = (
  attempt: number,
  seconds = 2,
): Extract<RunCommand, { type: 'FailAttempt' }> => ({
  type: 'FailAttempt',
  now: at(seconds),
  attempt,
  reason: 'server',
  error: anError,
  random: 0.5,
});

export const crash = (seconds = 2, executor = 'exe_1'): RunCommand => ({
  type: 'CrashAttempt',
  now: at(seconds),
  executor,
  error: { type: 'CrashError', message: 'heartbeat lost' },
  random: 0.5,
});

export const complete = (attempt?: number, seconds = 3): RunCommand => ({
  type: 'CompleteRun',
  now: at(seconds),
  ...(attempt !== undefined && { attempt }),
  output: { inline: 'done' },
});

export const waitFor = (
  wait: Extract<RunCommand, { type: 'WaitRun' }>['wait'],
  attempt = 1,
  seconds = 2,
): RunCommand => ({ type: 'WaitRun', now: at(seconds), attempt, wait });

type Story = (overrides: Partial<RunRequested>, attempt: number) => RunCommand[];

const once = aPolicy({ maxAttempts: 1, maxCrashesWithoutProgress: 0 });
const paid = { kind: 'event', key: 'wait:0', eventKey: 'paid' } as const;

const STORIES: { readonly [S in RunStatus]: Story } = {
  delayed: (o) => [request({ ...o, scheduledAt: at(600) })],
  queued: (o) => [request(o)],
  dequeued: (o) => [request(o), { type: 'DequeueRun', now: at(1), executor: 'exe_1' }],
  executing: (o) => [request(o), start()],
  waiting: (o, attempt) => [request(o), start(), waitFor(paid, attempt)],
  paused: (o) => [request(o), start(), { type: 'PauseRun', now: at(2) }],
  completed: (o, attempt) => [request(o), start(), complete(attempt)],
  failed: (o, attempt) => [request(o), start(), { ...fail(attempt), reason: 'client' }],
  timed_out: (o) => [
    request({ ...o, policy: once }),
    start(),
    { type: 'TimeOutRun', now: at(60), random: 0.5 },
  ],
  crashed: (o) => [request({ ...o, policy: once }), start(), crash()],
  system_failed: (o) => [
    request(o),
    start(),
    { type: 'SystemFailRun', now: at(2), error: anError },
  ],
  canceled: (o) => [request(o), { type: 'CancelRun', now: at(1), reason: 'canceled by user' }],
  expired: (o) => [request({ ...o, expiresAt: at(60) }), { type: 'ExpireRun', now: at(61) }],
  dead_letter: (o, attempt) => [
    request({ ...o, policy: { ...once, deadLetterFrom: 1 } }),
    start(),
    fail(attempt),
  ],
};

/** Commands that lead a new run of `overrides` into a status. */
export function storyTo(status: RunStatus, overrides: Partial<RunRequested> = {}): RunCommand[] {
  return STORIES[status](overrides, overrides.firstAttempt ?? 1);
}
