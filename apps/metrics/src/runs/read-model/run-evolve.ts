import type {
  RunError,
  RunEvent,
  RunEventData,
  RunEventType,
  RunRequested,
  RunStatus,
} from '@runnel/run-domain';

import type { RunRow } from './run-row';

type Fold<T extends RunEventType> = (row: RunRow, data: RunEventData[T], at: number) => void;

/** What each event makes of a row. The read model's own telling of the story: the auditor compares the two. */
const FOLDS: { readonly [T in Exclude<RunEventType, 'RunRequested'>]: Fold<T> } = {
  RunQueued: (row) => {
    row.status = 'queued';
    row.finishedAt = null;
  },
  RunDequeued: (row) => {
    row.status = 'dequeued';
  },
  AttemptStarted: (row, { attempt, startedAt }, at) => {
    row.status = 'executing';
    row.attempt = attempt;
    row.startedAt ??= startedAt === undefined ? at : Date.parse(startedAt);
  },
  RunWaiting: (row) => {
    row.status = 'waiting';
  },
  AttemptFailed: (row, { error }) => {
    row.error = JSON.stringify(error);
  },
  AttemptCrashed: (row, { error }) => {
    row.error = JSON.stringify(error);
  },
  RunRetryScheduled: (row, { attempt }) => {
    row.status = 'queued';
    row.attempt = attempt;
  },
  RunPaused: (row) => {
    row.status = 'paused';
  },
  RunResumed: (row) => {
    row.status = 'queued';
  },
  RunRestarted: (row) => {
    row.status = 'queued';
  },
  RunRescheduled: (row, { scheduledAt, payload }, at) => {
    row.status = Date.parse(scheduledAt) > at ? 'delayed' : 'queued';
    if (payload !== undefined) row.payload = JSON.stringify(payload);
  },
  RunReplayed: (row) => {
    beginAgain(row, 1);
  },
  RunOverridden: (row, { to, reason, attempt }, at) => {
    if (to !== 'queued') {
      end(row, to, at, to === 'completed' ? null : errorText('OverriddenError', reason));
    } else if (row.finishedAt === null) {
      row.status = 'queued';
      row.attempt = attempt ?? row.attempt;
    } else {
      beginAgain(row, attempt ?? row.attempt);
    }
  },
  RunCompleted: (row, { output }, at) => {
    row.output = JSON.stringify(output);
    end(row, 'completed', at, null);
  },
  RunFailed: endsAs('failed'),
  RunTimedOut: endsAs('timed_out'),
  RunCrashed: endsAs('crashed'),
  RunSystemFailed: endsAs('system_failed'),
  RunExpired: endsAs('expired'),
  RunDeadLettered: endsAs('dead_letter'),
  RunCanceled: (row, { reason }, at) => {
    end(row, 'canceled', at, errorText('CanceledError', reason));
  },
  StepCompleted: unchanged,
  StepFailed: unchanged,
  StepOverridden: unchanged,
  CheckpointSaved: unchanged,
  UsageRecorded: unchanged,
  ToolCallRecorded: unchanged,
  OutputSet: unchanged,
  StateSet: unchanged,
  RunAnnotated: unchanged,
  DebugModeSet: unchanged,
};

/** Where a new run belongs. */
export interface Birth {
  readonly id: string;
  readonly project: string;
  readonly at: number;
}

/** The row of a run that has just been asked for. */
export function bornRow({ id, project, at }: Birth, request: RunRequested): RunRow {
  return {
    id,
    project,
    kind: request.kind,
    definitionId: request.definition.id,
    definitionName: request.definition.name,
    definitionVersion: request.definition.version,
    deploymentId: request.deploymentId ?? null,
    triggeredBy: request.trigger.type,
    requestedAt: at,
    parentRunId: request.parentRunId ?? null,
    retryOf: request.retryOf ?? null,
    replayOf: request.replayOf ?? null,
    status: statusAtBirth(request, at),
    attempt: request.firstAttempt,
    startedAt: null,
    finishedAt: null,
    payload: JSON.stringify(request.payload),
    output: null,
    error: null,
    seq: 0,
    events: 0,
  };
}

/** Folds an event other than the first into a row; `at` is the time of its commit, in ms. */
export function evolveRow(row: RunRow, event: RunEvent, at: number): void {
  if (event.type === 'RunRequested') {
    throw new Error(`run ${row.id} is asked for a second time: its history is broken`);
  }
  // The table's type ties each fold to the data of its event, which an index cannot express.
  FOLDS[event.type](row, event.data as never, at);
}

function statusAtBirth({ dependsOn, scheduledAt }: RunRequested, at: number): RunStatus {
  if (dependsOn !== undefined && dependsOn.length > 0) return 'waiting';
  return scheduledAt !== undefined && Date.parse(scheduledAt) > at ? 'delayed' : 'queued';
}

function unchanged(): void {
  // A fact that the list does not show.
}

function endsAs(status: RunStatus) {
  return (row: RunRow, { error }: { readonly error: RunError }, at: number): void => {
    end(row, status, at, JSON.stringify(error));
  };
}

function end(row: RunRow, status: RunStatus, at: number, error: string | null): void {
  row.status = status;
  row.finishedAt = at;
  row.error = error;
}

function beginAgain(row: RunRow, attempt: number): void {
  row.status = 'queued';
  row.attempt = attempt;
  row.startedAt = null;
  row.finishedAt = null;
  row.output = null;
  row.error = null;
}

function errorText(type: string, message: string): string {
  return JSON.stringify({ type, message } satisfies RunError);
}
