import type {
  DeploymentView,
  ResponseOf,
  ScheduleView,
  TriggerView,
  WebhookEndpointView,
} from '@runnel/messaging';
import { statusFor } from '@runnel/run-domain';
import { z } from 'zod';

import { idParam, limitParam, numberParam } from '../../http/query';
import { operation } from '../../http/route-declaration';
import { pageSchema, successSchema } from '../envelopes';

import { NO_RETRIES, runSettings, runSettingsShown } from './run-settings.dto';

/** The editor sends the definitions of the nodes it knows along. */
const BODY_LIMIT = 2 * 1_024 * 1_024;

const trigger = z.object({
  type: z.string(),
  nodeId: z.string(),
  cronExpression: z.string().optional(),
  timezone: z.string().optional(),
  nextRunAt: z.string().nullable().optional(),
});
const schedule = z.object({
  nodeId: z.string(),
  cronExpression: z.string(),
  timezone: z.string(),
  overridden: z.boolean(),
  nextRunAt: z.string().nullable(),
});
const lastRun = z.object({
  status: z.string(),
  startedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
});
const endpoint = z.object({
  id: z.string(),
  nodeId: z.string(),
  webhookAlias: z.string(),
  webhookId: z.string(),
  webhookUrl: z.string(),
  webhookSecret: z.string(),
  signatureMode: z.string(),
  requireTimestamp: z.boolean(),
  responseMode: z.string(),
});
const base = z.object({
  id: z.string(),
  patternId: z.string(),
  patternName: z.string(),
  status: z.string(),
  triggers: z.array(trigger),
  schedules: z.array(schedule),
  nextRunAt: z.string().nullable(),
  versionNumber: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const listed = base.extend({ totalRuns: z.int(), lastRun: lastRun.nullable() });
const detailed = base.extend({
  confirmedAt: z.string().nullable(),
  pausedReason: z.string().optional(),
  pausedAt: z.string().optional(),
  lastError: z.string().optional(),
  environmentId: z.string().optional(),
  ...runSettingsShown,
  webhookEndpoints: z.array(endpoint),
  emailEndpoints: z.array(z.unknown()),
  pattern: z.object({ name: z.string(), description: z.string().nullable() }),
});

export type ListedDeployment = z.output<typeof listed>;
export type DetailedDeployment = z.output<typeof detailed>;
export type EndpointResponse = z.output<typeof endpoint>;

const common = { tag: 'deployments', errors: 'nested' } as const;
const params = z.object({ id: idParam });

export const deployPattern = operation({
  ...common,
  summary: 'Compile a pattern and make it live',
  bodyLimit: BODY_LIMIT,
  params,
  body: z.strictObject({
    nodeDefinitions: z.record(z.string(), z.unknown()),
    environmentId: z.string().max(100).optional(),
    ...runSettings,
  }),
  response: successSchema(
    z.object({ deploymentId: z.string(), status: z.string(), triggers: z.array(trigger) }),
  ),
});
export const undeployPattern = operation({
  ...common,
  summary: 'Take a pattern offline; its history stays',
  params,
});
export const getPatternDeployment = operation({
  ...common,
  summary: 'The deployment of a pattern',
  params,
});
export const listDeployments = operation({
  ...common,
  summary: 'List deployments with their latest run',
  query: z.object({
    status: z.enum(['active', 'paused', 'failed']).optional(),
    page: numberParam(1, 1),
    limit: limitParam(20),
  }),
  response: pageSchema(listed),
});
export const getDeployment = operation({
  ...common,
  summary: 'Get a deployment with its endpoints',
  params,
  response: successSchema(detailed),
});
export const pauseDeployment = operation({
  ...common,
  summary: 'Pause a deployment',
  params,
});
export const resumeDeployment = operation({
  ...common,
  summary: 'Resume a paused deployment',
  params,
});
export const updateDeployment = operation({
  ...common,
  summary: 'Change the retry policy or the time limit of the runs that start from now on',
  params,
  body: z.strictObject(runSettings),
  response: successSchema(detailed),
});
export const redeploy = operation({
  ...common,
  summary: 'Make the compiled version live again, without compiling',
  params,
});
export const listEndpoints = operation({
  ...common,
  summary: 'Webhook endpoints of a deployment',
  params,
  response: successSchema(z.array(endpoint)),
});
export const regenerateSecret = operation({
  ...common,
  summary: 'Give an endpoint a new secret; the old one is dead at once',
  params,
  body: z.strictObject({ endpointId: z.string().min(1).max(100) }),
});
export const updateEndpoint = operation({
  ...common,
  summary: 'Say how an endpoint judges signatures',
  params: z.object({ id: idParam, endpointId: idParam }),
  body: z.strictObject({
    signatureMode: z.enum(['required', 'optional', 'none']).optional(),
    requireTimestamp: z.boolean().optional(),
  }),
  response: successSchema(endpoint),
});
export const healthSummary = operation({
  ...common,
  summary: 'Deployments and runs of the last hour, of this project',
});

type Summaries = ResponseOf<'svc.metrics.deployment-summaries'>['summaries'];

/** A deployment in a list; `summary` is absent until it has run. */
export function toListedDeployment(
  view: DeploymentView,
  summary: Summaries[string] | undefined,
): ListedDeployment {
  const last = summary?.lastRun ?? null;
  return {
    ...toBase(view),
    totalRuns: summary?.totalRuns ?? 0,
    lastRun: last && {
      status: statusFor('automation', last.status),
      startedAt: last.startedAt,
      durationMs: last.durationMs,
    },
  };
}

/** A deployment by itself. */
export function toDetailedDeployment(
  view: DeploymentView,
  endpoints: readonly WebhookEndpointView[],
  publicUrl: string,
): DetailedDeployment {
  const { pausedReason, pausedAt, lastError, environmentId } = view;
  return {
    ...toBase(view),
    confirmedAt: view.confirmedAt,
    ...(pausedReason !== undefined && { pausedReason }),
    ...(pausedAt !== undefined && { pausedAt }),
    ...(lastError !== undefined && { lastError }),
    ...(environmentId !== undefined && { environmentId }),
    retryPolicy: view.retryPolicy ?? NO_RETRIES,
    timeoutMs: view.timeoutMs ?? null,
    webhookEndpoints: endpoints.map((item) => toEndpointResponse(item, publicUrl)),
    emailEndpoints: [],
    pattern: { name: view.patternName, description: view.patternDescription },
  };
}

/** A webhook endpoint with its URL. Its secret is masked by `deployments` for those who may not know it. */
export function toEndpointResponse(view: WebhookEndpointView, publicUrl: string): EndpointResponse {
  return {
    id: view.id,
    nodeId: view.nodeId,
    webhookAlias: view.webhookAlias,
    webhookId: view.webhookId,
    webhookUrl: `${publicUrl}/webhooks/${view.webhookId}`,
    webhookSecret: view.webhookSecret,
    signatureMode: view.signatureMode,
    requireTimestamp: view.requireTimestamp,
    responseMode: view.responseMode,
  };
}

function toBase(view: DeploymentView): z.output<typeof base> {
  return {
    id: view.id,
    patternId: view.patternId,
    patternName: view.patternName,
    status: view.status,
    triggers: view.triggers.map(toTrigger),
    schedules: view.schedules.map(toSchedule),
    nextRunAt: view.nextRunAt,
    versionNumber: view.versionNumber,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** A trigger as the API names it; an On Schedule trigger also says when. */
export function toTrigger(view: TriggerView): z.output<typeof trigger> {
  const { type, nodeId, cronExpression, timezone, nextRunAt } = view;
  if (cronExpression === undefined) return { type, nodeId };
  return { type, nodeId, cronExpression, timezone, nextRunAt };
}

function toSchedule(view: ScheduleView): z.output<typeof schedule> {
  const { nodeId, cronExpression, timezone, overridden, nextRunAt } = view;
  return { nodeId, cronExpression, timezone, overridden, nextRunAt };
}
