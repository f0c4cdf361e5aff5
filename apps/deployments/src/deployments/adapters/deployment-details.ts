import type { DeploymentStatus, RetryPolicy, TriggerView } from '@runnel/messaging';

import type { WebhookNode } from '../../compiling/compile-pattern';
import type { DeploymentDetails } from '../application/deployment-store.port';
import type { ScheduleOverride } from '../domain/deployment';

/** A row of `DETAILS_COLUMNS`. */
export interface DetailsRow {
  readonly d_id: string;
  readonly d_project_id: string;
  readonly d_pattern_id: string;
  readonly d_status: DeploymentStatus;
  readonly d_version_id: string;
  readonly d_environment_id: string | null;
  readonly d_confirmed_at: Date | null;
  readonly d_paused_reason: 'manual' | 'circuit_breaker' | null;
  readonly d_paused_at: Date | null;
  readonly d_last_error: string | null;
  readonly d_schedules_from: Date;
  readonly d_schedule_overrides: ScheduleOverride[];
  readonly d_retry_policy: RetryPolicy | null;
  readonly d_timeout_ms: number | null;
  readonly d_breaker_since: Date | null;
  readonly d_created_at: Date;
  readonly d_updated_at: Date;
  readonly v_number: number;
  readonly v_triggers: TriggerView[];
  readonly v_webhook_nodes: WebhookNode[];
  readonly p_name: string;
  readonly p_description: string | null;
}

/** A deployment with what its version and pattern say; neither the graph nor the code. */
export const DETAILS_COLUMNS = `
  d.id AS d_id, d.project_id AS d_project_id, d.pattern_id AS d_pattern_id, d.status AS d_status,
  d.version_id AS d_version_id, d.environment_id AS d_environment_id, d.confirmed_at AS d_confirmed_at,
  d.paused_reason AS d_paused_reason, d.retry_policy AS d_retry_policy, d.timeout_ms AS d_timeout_ms,
  d.breaker_since AS d_breaker_since, d.paused_at AS d_paused_at, d.last_error AS d_last_error,
  d.schedules_from AS d_schedules_from, d.schedule_overrides AS d_schedule_overrides, d.created_at AS d_created_at,
  d.updated_at AS d_updated_at, v.version_number AS v_number, v.triggers AS v_triggers,
  v.webhook_nodes AS v_webhook_nodes, p.name AS p_name, p.description AS p_description`;

/** Goes with `DETAILS_COLUMNS`; an outer join where there may be no deployment. */
export const DETAILS_JOIN = `
  deployments.deployment d
  JOIN deployments.pattern_version v ON v.id = d.version_id
  JOIN deployments.pattern p ON p.id = d.pattern_id`;

export function toDetails(row: DetailsRow): DeploymentDetails {
  return {
    id: row.d_id,
    project: row.d_project_id,
    patternId: row.d_pattern_id,
    status: row.d_status,
    versionId: row.d_version_id,
    environmentId: row.d_environment_id,
    confirmedAt: row.d_confirmed_at,
    pausedReason: row.d_paused_reason,
    pausedAt: row.d_paused_at,
    lastError: row.d_last_error,
    schedulesFrom: row.d_schedules_from,
    scheduleOverrides: row.d_schedule_overrides,
    retryPolicy: row.d_retry_policy,
    timeoutMs: row.d_timeout_ms,
    breakerSince: row.d_breaker_since,
    createdAt: row.d_created_at,
    updatedAt: row.d_updated_at,
    patternName: row.p_name,
    patternDescription: row.p_description,
    versionNumber: row.v_number,
    triggers: row.v_triggers,
    webhookNodes: row.v_webhook_nodes,
  };
}
