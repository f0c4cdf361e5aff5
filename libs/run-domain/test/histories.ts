import fc from 'fast-check';
import { isAppError } from '@runnel/errors';

import { COMMAND_RULES, type ExistingRunCommandType } from '../src/command-rules';
import type { RunCommand, StepEvent } from '../src/commands';
import { decide } from '../src/decide';
import type { RunEvent, RunRequested, Wait } from '../src/events';
import { evolve } from '../src/evolve';
import { initialState, type ExistingRun, type RunState } from '../src/state';
import { FAILURE_REASONS, RUN_KINDS } from '../src/values';
import { anError, aPolicy, aRequest, at } from './fixtures';

/** A run that was asked for in any of the ways that matter to the state machine. */
const requests: fc.Arbitrary<RunRequested> = fc
  .record({
    kind: fc.constantFrom(...RUN_KINDS),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    deadLetterFrom: fc.option(fc.integer({ min: 1, max: 4 })),
    maxCrashesWithoutProgress: fc.integer({ min: 0, max: 2 }),
    scope: fc.constantFrom('run' as const, 'attempt' as const),
    firstAttempt: fc.integer({ min: 1, max: 3 }),
    scheduledAt: fc.option(fc.integer({ min: -10, max: 100 })),
    expiresAt: fc.option(fc.integer({ min: 1, max: 200 })),
    dependsOn: fc.option(fc.constant(['job_up']), { freq: 3 }),
  })
  .map(({ kind, firstAttempt, scheduledAt, expiresAt, dependsOn, scope, ...policy }) => {
    const { maxAttempts, maxCrashesWithoutProgress, deadLetterFrom } = policy;
    return aRequest({
      kind,
      firstAttempt,
      policy: aPolicy({
        maxAttempts,
        maxCrashesWithoutProgress,
        timeout: { ms: 40_000, scope },
        ...(deadLetterFrom !== null && { deadLetterFrom }),
      }),
      ...(scheduledAt !== null && { scheduledAt: at(scheduledAt) }),
      ...(expiresAt !== null && { expiresAt: at(expiresAt) }),
      ...(dependsOn && { dependsOn }),
    });
  });

/** What one command is made of; how much of it is used depends on the command and on the state. */
interface Draw {
  /** Which command: of those its status accepts, or (`blind`) of all. */
  readonly which: number;
  readonly blind: boolean;
  /** True: the command names what the state holds, as an honest caller would. */
  readonly honest: boolean;
  readonly wait: number;
  readonly pick: number;
  readonly random: number;
  readonly flag: boolean;
}

/** Types that move a run are drawn more often than those that only add facts. */
const TYPES: readonly ExistingRunCommandType[] = [
  ...(['StartAttempt', 'StartAttempt', 'StartAttempt', 'FailAttempt', 'FailAttempt'] as const),
  ...(['QueueRun', 'QueueRun', 'WaitRun', 'CrashAttempt', 'CrashAttempt', 'TimeOutRun'] as const),
  ...([
    'RecordSteps',
    'CompleteRun',
    'DequeueRun',
    'SystemFailRun',
    'CancelRun',
    'PauseRun',
  ] as const),
  ...(['ResumeRun', 'RestartRun', 'RescheduleRun', 'ExpireRun', 'ReplayDeadLetter'] as const),
  ...(['SaveCheckpoint', 'RecordUsage', 'RecordToolCall', 'SetOutput', 'SetState'] as const),
  ...(['AnnotateRun', 'SetDebugMode', 'OverrideStep', 'OverrideRun'] as const),
];

const draws: fc.Arbitrary<Draw> = fc.record({
  which: fc.nat({ max: 999 }),
  blind: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  honest: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  wait: fc.constantFrom(0, 1, 5, 50),
  pick: fc.nat({ max: 3 }),
  random: fc.double({ min: 0, max: 0.99, noNaN: true }),
  flag: fc.boolean(),
});

/** A life as somebody might lead it: a request, then commands right and wrong. */
export const lives = fc.record({
  request: requests,
  draws: fc.array(draws, { minLength: 1, maxLength: 40, size: 'max' }),
});
export type Life = typeof lives extends fc.Arbitrary<infer L> ? L : never;

/** One accepted command: the state it met, what it added, the states after each event. */
export interface Chapter {
  readonly command: RunCommand;
  readonly before: RunState;
  readonly events: readonly RunEvent[];
  readonly states: readonly ExistingRun[];
}

/** Leads a life; `twice` sends every command again at once. Refused commands leave no chapter. */
export function live({ request, draws }: Life, twice = false): Chapter[] {
  const chapters: Chapter[] = [];
  let state: RunState = initialState;
  let seconds = 0;
  const take = (command: RunCommand): void => {
    const chapter = chapterOf(command, state);
    if (chapter === undefined) return;
    chapters.push(chapter);
    state = chapter.states.at(-1) ?? state;
  };
  take({ type: 'RequestRun', now: at(0), request });
  for (const draw of draws) {
    seconds += draw.wait;
    if (state.status === 'absent') continue;
    const command = commandOf(draw, state, at(seconds));
    take(command);
    if (twice) take(command);
  }
  return chapters;
}

/** The chapters of a story told by commands, refused ones left out. */
export function chaptersOf(commands: readonly RunCommand[]): Chapter[] {
  const chapters: Chapter[] = [];
  for (const command of commands) {
    const chapter = chapterOf(command, chapters.at(-1)?.states.at(-1) ?? initialState);
    if (chapter !== undefined) chapters.push(chapter);
  }
  return chapters;
}

function chapterOf(command: RunCommand, before: RunState): Chapter | undefined {
  try {
    const events = decide(command, before);
    const states: ExistingRun[] = [];
    let state = before;
    for (const event of events) {
      state = evolve(state, event, command.now);
      if (state.status !== 'absent') states.push(state);
    }
    return { command, before, events, states };
  } catch (error) {
    // Only a refusal is an honest answer; an event that decide made and evolve refuses is a bug.
    if (isAppError(error) && error.kind === 'domain') return undefined;
    throw error;
  }
}

function typeOf({ which, blind }: Draw, { status }: ExistingRun): ExistingRunCommandType {
  const apt = TYPES.filter((type) => blind || COMMAND_RULES[type].accepts.includes(status));
  return apt[which % apt.length] ?? 'CancelRun';
}

function commandOf(draw: Draw, run: ExistingRun, now: string): RunCommand {
  const type = typeOf(draw, run);
  const attempt = draw.honest ? run.attempt : draw.pick;
  const executor = draw.honest ? (run.executor ?? 'exe_1') : `exe_${draw.pick}`;
  const held = { now, attempt, ...(draw.flag && { claim: draw.honest ? run.claim : draw.pick }) };
  const value = { inline: draw.pick };
  const reason = 'drawn';
  switch (type) {
    case 'QueueRun':
      return { type: 'QueueRun', now, reason: queueReason(draw, run) };
    case 'DequeueRun':
    case 'StartAttempt':
      return { type, now, executor };
    case 'RecordSteps':
      return { type: 'RecordSteps', ...held, steps: [stepOf(draw, attempt, now)] };
    case 'WaitRun':
      return { type: 'WaitRun', ...held, wait: waitOf(draw, now) };
    case 'CompleteRun':
      return { type: 'CompleteRun', ...held, output: value };
    case 'FailAttempt':
      return {
        type: 'FailAttempt',
        ...held,
        reason: FAILURE_REASONS[Math.floor(draw.random * FAILURE_REASONS.length)] ?? 'error',
        error: anError,
        random: draw.random,
        final: draw.flag && draw.pick === 0,
      };
    case 'TimeOutRun':
      return draw.flag
        ? { type: 'TimeOutRun', now, random: draw.random }
        : { type: 'TimeOutRun', ...held, random: draw.random };
    case 'CrashAttempt':
      return { type: 'CrashAttempt', now, executor, error: anError, random: draw.random };
    case 'RescheduleRun':
      return { type: 'RescheduleRun', now, scheduledAt: at(draw.pick * 40) };
    case 'OverrideRun': {
      const targets = ['queued', 'completed', 'failed', 'canceled'] as const;
      return { type: 'OverrideRun', now, to: targets[draw.pick] ?? 'queued', reason };
    }
    default:
      return plainCommand(type, { ...held, draw, value, reason });
  }
}

type PlainType = Exclude<
  ExistingRunCommandType,
  | ('QueueRun' | 'DequeueRun' | 'StartAttempt' | 'RecordSteps' | 'WaitRun' | 'CompleteRun')
  | ('FailAttempt' | 'TimeOutRun' | 'CrashAttempt' | 'RescheduleRun' | 'OverrideRun')
>;

/** Commands that need no more than a value and a reason. */
function plainCommand(
  type: PlainType,
  {
    draw,
    value,
    reason,
    ...held
  }: { now: string; draw: Draw; value: { inline: number }; reason: string },
): RunCommand {
  const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2, costMicroUsd: 0 };
  const fields = {
    error: anError,
    source: 'sdk',
    state: value,
    provider: 'p',
    model: 'm',
    ...usage,
    toolName: 't',
    input: value,
    durationMs: 1,
    status: 'success',
    key: 'a:0',
    value,
    output: value,
    metadata: { [`k${draw.pick}`]: reason },
    debugMode: draw.flag,
    reason,
  };
  return { type, ...held, ...fields } as unknown as RunCommand;
}

function queueReason({ honest, pick }: Draw, run: ExistingRun) {
  if (honest && run.wait !== undefined) return run.wait.kind;
  if (honest && run.status === 'delayed') return 'due' as const;
  return (['snoozed', 'stale_claim', 'due', 'event'] as const)[pick] ?? 'due';
}

function waitOf({ pick, flag }: Draw, now: string): Wait {
  const until = new Date(Date.parse(now) + 10_000).toISOString();
  const waits: readonly Wait[] = [
    { kind: 'timer', key: 'w:0', until },
    { kind: 'event', key: 'w:0', eventKey: 'e', ...(flag && { until }) },
    { kind: 'child', key: 'w:0', childRunId: 'run_2', ...(flag && { until }) },
    { kind: 'dependency', dependsOn: ['job_up'] },
  ];
  return waits[pick] ?? { kind: 'timer', key: 'w:0', until };
}

function stepOf({ pick, flag }: Draw, attempt: number, now: string): StepEvent {
  const step = {
    attempt,
    key: `n:${pick}`,
    nodeId: 'n',
    nodeType: 'Any',
    startedAt: now,
    durationMs: 1,
  };
  if (flag) return { type: 'StepFailed', data: { ...step, error: anError } };
  const effect = (['outside', 'value', 'none', 'none'] as const)[pick] ?? 'none';
  return { type: 'StepCompleted', data: { ...step, effect, output: { inline: pick } } };
}
