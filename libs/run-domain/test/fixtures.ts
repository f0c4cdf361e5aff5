import { isAppError } from '@runnel/errors';

import type { RunCommand } from '../src/commands';
import { decide, decideAll } from '../src/decide';
import type { RunEvent, RunPolicy, RunRequested } from '../src/events';
import { evolve } from '../src/evolve';
import { initialState, type ExistingRun, type RunState } from '../src/state';
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

/** Commands that lead a new run of `overrides` into a status. */
export function storyTo(status: RunStatus, overrides: Partial<RunRequested> = {}): RunCommand[] {
  const attempt = overrides.firstAttempt ?? 1;
  const asked = request(overrides);
  const deadly = request({ ...overrides, policy: aPolicy({ maxAttempts: 1, deadLetterFrom: 1 }) });
  switch (status) {
    case 'delayed':
      return [request({ ...overrides, scheduledAt: at(600) })];
    case 'queued':
      return [asked];
    case 'dequeued':
      return [asked, { type: 'DequeueRun', now: at(1), executor: 'exe_1' }];
    case 'executing':
      return [asked, start()];
    case 'waiting':
      return [asked, start(), waitFor({ kind: 'event', key: 'wait:0', eventKey: 'paid' }, attempt)];
    case 'paused':
      return [asked, start(), { type: 'PauseRun', now: at(2) }];
    case 'completed':
      return [asked, start(), complete(attempt)];
    case 'failed':
      return [asked, start(), { ...fail(attempt), reason: 'client' }];
    case 'timed_out':
      return [
        request({ ...overrides, policy: aPolicy({ maxAttempts: 1 }) }),
        start(),
        { type: 'TimeOutRun', now: at(60), random: 0.5 },
      ];
    case 'crashed':
      return [
        request({
          ...overrides,
          policy: aPolicy({ maxCrashesWithoutProgress: 0, maxAttempts: 1 }),
        }),
        start(),
        crash(),
      ];
    case 'system_failed':
      return [asked, start(), { type: 'SystemFailRun', now: at(2), error: anError }];
    case 'canceled':
      return [asked, { type: 'CancelRun', now: at(1), reason: 'canceled by user' }];
    case 'expired':
      return [request({ ...overrides, expiresAt: at(60) }), { type: 'ExpireRun', now: at(61) }];
    case 'dead_letter':
      return [deadly, start(), fail(attempt)];
  }
}

export const waitFor = (
  wait: Extract<RunCommand, { type: 'WaitRun' }>['wait'],
  attempt = 1,
  seconds = 2,
): RunCommand => ({ type: 'WaitRun', now: at(seconds), attempt, wait });

/** What commands left, and what happens next. */
export interface Scenario {
  readonly run: ExistingRun;
  readonly events: readonly RunEvent[];
  /** The events that a command adds. */
  when(command: RunCommand): readonly RunEvent[];
  /** Goes on with more commands. */
  and(...commands: RunCommand[]): Scenario;
  /** The code and details with which a command is refused. */
  refusal(command: RunCommand): { code: string; details: Readonly<Record<string, unknown>> };
}

/** A run that has lived through these commands, each of which must be accepted. */
export function given(...commands: RunCommand[]): Scenario {
  return scenario(initialState, [], commands);
}

function scenario(before: RunState, past: readonly RunEvent[], commands: RunCommand[]): Scenario {
  const events = [...past];
  let state = before;
  for (const command of commands) {
    for (const event of decide(command, state)) {
      state = evolve(state, event, command.now);
      events.push(event);
    }
  }
  const now = state;
  return {
    get run() {
      if (now.status === 'absent') throw new Error('the scenario has no run yet');
      return now;
    },
    events,
    when: (command) => decide(command, now),
    and: (...more) => scenario(now, events, more),
    refusal: (command) => refusalOf(() => decide(command, now)),
  };
}

/** The code and details of the domain error that `act` throws; fails when it throws none. */
export function refusalOf(
  act: () => unknown,
): Scenario['refusal'] extends (c: never) => infer R ? R : never {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('expected a refusal, but the command was accepted');
}

/** All events of commands decided as one commit. */
export const eventsOf = (...commands: RunCommand[]): readonly RunEvent[] =>
  decideAll(commands, initialState);

/** The types of events, for short expectations. */
export const types = (events: readonly RunEvent[]): string[] => events.map(({ type }) => type);
