import type { CommandOf, RunCommandType } from './commands';
import * as attemptEnd from './decide/attempt-end';
import * as claim from './decide/claim';
import * as control from './decide/control';
import * as deadLetter from './decide/dead-letter';
import { queueRun } from './decide/queue';
import * as reports from './decide/reports';
import * as steps from './decide/steps';
import type { RunEvent } from './events';
import type { ExistingRun } from './state';
import { RUN_STATUSES, type RunStatus } from './status';

/** A command to a run that exists; only `RequestRun` makes one. */
export type ExistingRunCommandType = Exclude<RunCommandType, 'RequestRun'>;

interface Rule<T extends ExistingRunCommandType> {
  /** Statuses that accept the command. */
  readonly accepts: readonly RunStatus[];
  /** True for a report of a worker or an executor: refused as stale where the status has moved on. */
  readonly report?: true;
  readonly decide: (command: CommandOf<T>, run: ExistingRun) => readonly RunEvent[];
}

const HELD = ['executing', 'waiting'] as const;
const LIVE = ['delayed', 'queued', 'dequeued', 'executing', 'waiting', 'paused'] as const;
const UNSTARTED = ['delayed', 'queued', 'waiting'] as const;

/**
 * Which statuses accept which command, and the function that decides it. A command without a line, or a
 * line without a command, does not compile.
 */
export const COMMAND_RULES: { readonly [T in ExistingRunCommandType]: Rule<T> } = {
  QueueRun: { accepts: LIVE, decide: queueRun },
  DequeueRun: { accepts: ['queued'], decide: claim.dequeueRun },
  StartAttempt: { accepts: ['queued', 'dequeued'], decide: claim.startAttempt },
  RecordSteps: { accepts: ['executing'], report: true, decide: steps.recordSteps },
  WaitRun: { accepts: ['executing'], report: true, decide: steps.waitRun },
  CompleteRun: { accepts: HELD, report: true, decide: steps.completeRun },
  FailAttempt: { accepts: HELD, report: true, decide: attemptEnd.failAttempt },
  TimeOutRun: { accepts: HELD, report: true, decide: attemptEnd.timeOutRun },
  CrashAttempt: { accepts: ['executing'], report: true, decide: attemptEnd.crashAttempt },
  SystemFailRun: { accepts: ['dequeued', 'executing'], decide: attemptEnd.systemFailRun },
  CancelRun: { accepts: LIVE, decide: control.cancelRun },
  PauseRun: { accepts: ['executing', 'paused'], decide: control.pauseRun },
  ResumeRun: { accepts: ['paused'], decide: control.resumeRun },
  RestartRun: { accepts: ['executing', 'paused'], decide: control.restartRun },
  RescheduleRun: { accepts: ['delayed', 'queued'], decide: control.rescheduleRun },
  ExpireRun: { accepts: UNSTARTED, decide: control.expireRun },
  ReplayDeadLetter: { accepts: RUN_STATUSES, decide: deadLetter.replayDeadLetter },
  SaveCheckpoint: { accepts: HELD, report: true, decide: reports.saveCheckpoint },
  RecordUsage: { accepts: HELD, report: true, decide: reports.recordUsage },
  RecordToolCall: { accepts: HELD, report: true, decide: reports.recordToolCall },
  SetOutput: { accepts: HELD, report: true, decide: reports.setOutput },
  SetState: { accepts: HELD, report: true, decide: reports.setState },
  AnnotateRun: { accepts: LIVE, decide: reports.annotateRun },
  SetDebugMode: { accepts: RUN_STATUSES, decide: reports.setDebugMode },
  OverrideStep: { accepts: RUN_STATUSES, decide: deadLetter.overrideStep },
  OverrideRun: { accepts: RUN_STATUSES, decide: deadLetter.overrideRun },
};
