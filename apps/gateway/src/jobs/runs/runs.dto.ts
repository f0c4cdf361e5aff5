import type { RunEventView, RunView } from '@runnel/messaging';
import { RUN_STATUSES } from '@runnel/run-domain';
import { z } from 'zod';

import { idParam, limitParam, numberParam } from '../../http/query';
import { operation } from '../../http/route-declaration';

const run = z.object({
  id: z.string(),
  project_id: z.string(),
  kind: z.enum(['graph', 'pipeline', 'job']),
  status: z.enum(RUN_STATUSES),
  attempt: z.int(),
  payload: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  triggered_by: z.string(),
  definition_id: z.string(),
  definition_name: z.string(),
  definition_version: z.int(),
  job_id: z.string().optional(),
  deployment_id: z.string().optional(),
  parent_run_id: z.string().optional(),
  retry_of: z.string().optional(),
  replay_of: z.string().optional(),
  created_at: z.string(),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  duration_ms: z.number().optional(),
  position: z.string(),
});
const commit = z.object({
  position: z.string(),
  command_id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  events: z.array(
    z.object({ id: z.string(), type: z.string(), schema: z.int(), data: z.unknown() }),
  ),
});

export type JobsRunResponse = z.output<typeof run>;
export type CommitResponse = z.output<typeof commit>;

const common = { tag: 'runs', errors: 'jobs' } as const;
const ofProject = { project_id: z.string().max(100).optional() };

export const listRuns = operation({
  ...common,
  summary: 'List the runs of the project, newest first',
  query: z.object({
    ...ofProject,
    status: z.enum(RUN_STATUSES).optional(),
    limit: limitParam(50),
    page: numberParam(1, 1),
  }),
  response: z.array(run),
});
export const getRun = operation({
  ...common,
  summary: 'Get a run of any kind',
  params: z.object({ id: idParam }),
  query: z.object(ofProject),
  response: run,
});
export const listRunEvents = operation({
  ...common,
  summary: 'The commits of a run, oldest first; ?after= takes the position of the last one seen',
  params: z.object({ id: idParam }),
  query: z.object({ after: z.string().max(64).optional(), limit: limitParam(50) }),
  response: z.array(commit),
});

/** A run as this door shows it; absent facts are left out (contracts/jobs.md A.1, A.3). */
export function toJobsRunResponse(view: RunView): JobsRunResponse {
  const { payload, output, error } = view;
  return {
    id: view.id,
    project_id: view.project,
    kind: view.kind,
    status: view.status,
    attempt: view.attempt,
    ...(payload !== null && { payload }),
    ...(output !== null && { result: output }),
    ...(error !== null && { error: error.message }),
    triggered_by: view.triggeredBy,
    definition_id: view.definitionId,
    definition_name: view.definitionName,
    definition_version: view.definitionVersion,
    ...(view.kind === 'job' && { job_id: view.definitionId }),
    ...present('deployment_id', view.deploymentId),
    ...present('parent_run_id', view.parentRunId),
    ...present('retry_of', view.retryOf),
    ...present('replay_of', view.replayOf),
    created_at: view.requestedAt,
    ...present('started_at', view.startedAt),
    ...present('finished_at', view.finishedAt),
    ...present('duration_ms', view.durationMs),
    position: view.position,
  };
}

/** A commit of a run with its events as the log has them. */
export function toCommitResponse(view: RunEventView): CommitResponse {
  const { position, commandId, at, actor, events } = view;
  return {
    position,
    command_id: commandId,
    at,
    actor: { kind: actor.kind, id: actor.id },
    events: events.map(({ id, type, schema, data }) => ({ id, type, schema, data })),
  };
}

function present<K extends string, V>(name: K, value: V | null): Partial<Record<K, V>> {
  return value === null ? {} : ({ [name]: value } as Record<K, V>);
}
