import fc from 'fast-check';

import { COMMAND_RULES, type ExistingRunCommandType } from '../src/command-rules';
import type { CommandOf, RunCommand, StepEvent } from '../src/commands';
import type { Wait } from '../src/events';
import type { ExistingRun } from '../src/state';
import { FAILURE_REASONS } from '../src/values';
import { anError, at } from './fixtures';

/** What one command is made of; how much of it is used depends on the command and on the state. */
export interface Draw {
  /** Which command: of those its status accepts, or (`blind`) of all. */
  readonly which: number;
  readonly blind: boolean;
  /** True: the command names what the state holds, as an honest caller would. */
  readonly honest: boolean;
  /** Seconds since the command before. */
  readonly wait: number;
  readonly pick: number;
  readonly random: number;
  readonly flag: boolean;
}

export const draws: fc.Arbitrary<Draw> = fc.record({
  which: fc.nat({ max: 999 }),
  blind: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  honest: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  wait: fc.constantFrom(0, 1, 5, 50),
  pick: fc.nat({ max: 3 }),
  random: fc.double({ min: 0, max: 0.99, noNaN: true }),
  flag: fc.boolean(),
});

type Make<T extends ExistingRunCommandType> = (
  draw: Draw,
  run: ExistingRun,
  now: string,
) => Omit<CommandOf<T>, 'type' | 'now'>;

const MAKERS: { readonly [T in ExistingRunCommandType]: Make<T> } = {
  QueueRun: (draw, run) => ({ reason: queueReason(draw, run) }),
  DequeueRun: (draw, run) => ({ executor: executor(draw, run) }),
  StartAttempt: (draw, run) => ({ executor: executor(draw, run) }),
  RecordSteps: (draw, run, now) => ({
    ...holder(draw, run),
    steps: [stepOf(draw, holder(draw, run).attempt, now)],
  }),
  WaitRun: (draw, run, now) => ({ ...holder(draw, run), wait: waitOf(draw, now) }),
  CompleteRun: (draw, run) => ({ ...holder(draw, run), output: value(draw) }),
  FailAttempt: (draw, run) => ({
    ...holder(draw, run),
    reason: FAILURE_REASONS[draw.which % FAILURE_REASONS.length] ?? 'error',
    error: anError,
    random: draw.random,
    final: draw.flag && draw.pick === 0,
  }),
  TimeOutRun: (draw, run) => ({ ...(draw.pick > 0 && holder(draw, run)), random: draw.random }),
  CrashAttempt: (draw, run) => ({
    executor: executor(draw, run),
    error: anError,
    random: draw.random,
  }),
  SystemFailRun: () => ({ error: anError }),
  CancelRun: () => ({ reason: 'drawn' }),
  PauseRun: () => ({}),
  ResumeRun: () => ({}),
  RestartRun: () => ({}),
  RescheduleRun: ({ pick }) => ({ scheduledAt: at(pick * 40) }),
  ExpireRun: () => ({}),
  ReplayDeadLetter: ({ flag }) => ({ ...(flag && { expiresAt: at(500) }) }),
  SaveCheckpoint: (draw, run) => ({ ...holder(draw, run), source: 'sdk', state: value(draw) }),
  RecordUsage: (draw, run) => ({
    ...holder(draw, run),
    ...{ provider: 'acme', model: 'm1', costMicroUsd: 0 },
    ...{ promptTokens: 1, completionTokens: 1, totalTokens: 2 },
  }),
  RecordToolCall: (draw, run) => ({
    ...holder(draw, run),
    ...{ toolName: 'search', input: value(draw), output: value(draw) },
    ...{ durationMs: 1, status: 'success' },
  }),
  SetOutput: (draw, run) => ({ ...holder(draw, run), key: 'report', value: value(draw) }),
  SetState: (draw, run) => ({ ...holder(draw, run), key: 'cursor', value: value(draw) }),
  AnnotateRun: ({ pick, flag }) => ({ metadata: { [`k${pick}`]: String(flag) } }),
  SetDebugMode: ({ flag }) => ({ debugMode: flag }),
  OverrideStep: (draw) => ({ key: `n:${draw.pick}`, output: value(draw), reason: 'drawn' }),
  OverrideRun: ({ pick }) => ({ to: pickOf(OVERRIDES, pick), reason: 'drawn' }),
};

/** How often a command is drawn, against 1 for the others: lives should get somewhere before they end. */
const WEIGHTS: { readonly [T in ExistingRunCommandType]?: number } = {
  ...{ StartAttempt: 14, QueueRun: 8, FailAttempt: 5, CrashAttempt: 5, TimeOutRun: 5 },
  ...{ RecordSteps: 3, WaitRun: 4, PauseRun: 3, ResumeRun: 4, RestartRun: 3, ReplayDeadLetter: 4 },
};
const TYPES = (Object.keys(MAKERS) as ExistingRunCommandType[]).flatMap((type) =>
  Array<ExistingRunCommandType>(WEIGHTS[type] ?? 1).fill(type),
);
const OVERRIDES = ['queued', 'completed', 'failed', 'canceled'] as const;

/** The command that a draw gives in a state. */
export function commandOf(draw: Draw, run: ExistingRun, now: string): RunCommand {
  const apt = TYPES.filter((t) => draw.blind || COMMAND_RULES[t].accepts.includes(run.status));
  const type = pickOf(apt, draw.which);
  return { type, now, ...MAKERS[type](draw, run, now) } as RunCommand;
}

function pickOf<T>(list: readonly T[], n: number): T {
  const picked = list[n % list.length];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}

const value = ({ pick }: Draw) => ({ inline: pick });

function holder(
  { honest, pick, flag }: Draw,
  run: ExistingRun,
): { attempt: number; claim?: number } {
  const attempt = honest ? run.attempt : pick;
  return flag ? { attempt } : { attempt, claim: honest ? run.claim : pick };
}

function executor({ honest, pick }: Draw, run: ExistingRun): string {
  return honest ? (run.executor ?? 'exe_1') : `exe_${pick}`;
}

function queueReason({ honest, pick }: Draw, run: ExistingRun) {
  if (honest && run.wait !== undefined) return run.wait.kind;
  if (honest && run.status === 'delayed') return 'due';
  return pickOf(['snoozed', 'stale_claim', 'due', 'event'] as const, pick);
}

function waitOf({ pick, flag }: Draw, now: string): Wait {
  const until = new Date(Date.parse(now) + 10_000).toISOString();
  const waits: readonly Wait[] = [
    { kind: 'timer', key: 'w:0', until },
    { kind: 'event', key: 'w:0', eventKey: 'e', ...(flag && { until }) },
    { kind: 'child', key: 'w:0', childRunId: 'run_2', ...(flag && { until }) },
    { kind: 'dependency', dependsOn: ['job_up'] },
  ];
  return pickOf(waits, pick);
}

function stepOf({ which, pick, flag }: Draw, attempt: number, startedAt: string): StepEvent {
  const step = {
    ...{ attempt, key: `n:${pick}`, nodeId: 'n', nodeType: 'Any' },
    ...{ startedAt, durationMs: 1 },
  };
  if (flag) return { type: 'StepFailed', data: { ...step, error: anError } };
  const effect = pickOf(['outside', 'value', 'none'] as const, which);
  return { type: 'StepCompleted', data: { ...step, effect, output: { inline: pick } } };
}
