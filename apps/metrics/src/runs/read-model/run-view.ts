import { type RunView, shownPayloads } from '@runnel/messaging';
import type { Payload, RunError, RunKind, RunStatus, TriggerType } from '@runnel/run-domain';
import { formatPosition } from '@runnel/run-log';

/** Columns of a run, in the order of the view. */
export const RUN_COLUMNS = `r.id, r.project, r.kind, r.status, r.definition_id, r.definition_name,
  r.definition_version, r.deployment_id, r.triggered_by, r.attempt, r.requested_at, r.started_at,
  r.finished_at, r.duration_ms, r.payload, r.output, r.error, r.parent_run_id, r.retry_of, r.replay_of,
  r.shard, r.seq`;

/** A run as the driver gives it. */
export interface RunRecord {
  readonly id: string;
  readonly project: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly definition_id: string;
  readonly definition_name: string;
  readonly definition_version: number;
  readonly deployment_id: string | null;
  readonly triggered_by: TriggerType;
  readonly attempt: number;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly duration_ms: string | null;
  readonly payload: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly parent_run_id: string | null;
  readonly retry_of: string | null;
  readonly replay_of: string | null;
  readonly shard: number;
  readonly seq: string;
}

/** A run as other services see it. */
export function toRunView(record: RunRecord): RunView {
  return {
    id: record.id,
    project: record.project,
    kind: record.kind,
    status: record.status,
    definitionId: record.definition_id,
    definitionName: record.definition_name,
    definitionVersion: record.definition_version,
    deploymentId: record.deployment_id,
    triggeredBy: record.triggered_by,
    attempt: record.attempt,
    requestedAt: record.requested_at.toISOString(),
    startedAt: record.started_at?.toISOString() ?? null,
    finishedAt: record.finished_at?.toISOString() ?? null,
    durationMs: record.duration_ms === null ? null : Number(record.duration_ms),
    ...shownPayloads(parsed(record.payload), parsed(record.output)),
    error: record.error === null ? null : (JSON.parse(record.error) as RunError),
    parentRunId: record.parent_run_id,
    retryOf: record.retry_of,
    replayOf: record.replay_of,
    position: formatPosition({ shard: record.shard, seq: Number(record.seq) }),
  };
}

function parsed(text: string | null): Payload | null {
  return text === null ? null : (JSON.parse(text) as Payload);
}
