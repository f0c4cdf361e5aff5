import type { Identity } from '@runnel/auth';
import type { RunPolicy } from '@runnel/run-domain';

import type { Page, PageRequest } from './common';
import type { TriggerView } from './patterns';
import type { ScheduleView } from './schedule-view';

export type DeploymentStatus = 'active' | 'paused' | 'failed' | 'undeployed';

/** How webhook, schedule and email runs of a deployment are retried by themselves (contracts/automation.md C.2). */
export interface RetryPolicy {
  /** Tries in all, 1 to 10. */
  readonly maxAttempts: number;
  /** Pause before the second try, 1 to 3600. */
  readonly backoffSeconds: number;
  /** By which the pause grows from try to try, 1 to 10; no pause is longer than an hour. */
  readonly factor: number;
}

/** What is named is set; null takes it back to what the installation says. */
export interface RunSettingsChange {
  readonly retryPolicy?: RetryPolicy | null;
  /** 100 to 900,000. */
  readonly timeoutMs?: number | null;
}

export interface DeploymentView {
  readonly id: string;
  readonly patternId: string;
  readonly patternName: string;
  readonly patternDescription: string | null;
  readonly status: DeploymentStatus;
  readonly triggers: readonly TriggerView[];
  readonly schedules: readonly ScheduleView[];
  /** Of its schedules the first to come; null when none will. */
  readonly nextRunAt: string | null;
  readonly versionNumber: number;
  readonly confirmedAt: string | null;
  readonly pausedReason?: 'manual' | 'circuit_breaker';
  readonly pausedAt?: string;
  readonly lastError?: string;
  readonly environmentId?: string;
  /** Absent: runs are tried once. */
  readonly retryPolicy?: RetryPolicy;
  /** Absent: the installation's time limit. */
  readonly timeoutMs?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface WebhookEndpointView {
  readonly id: string;
  readonly nodeId: string;
  readonly webhookAlias: string;
  readonly webhookId: string;
  readonly webhookSecret: string;
  readonly signatureMode: SignatureMode;
  readonly requireTimestamp: boolean;
  readonly responseMode: ResponseMode;
}

export type SignatureMode = 'required' | 'optional' | 'none';
export type ResponseMode = 'immediate' | 'last_node' | 'response_node';

/** All a gateway needs to start a run of a deployment without asking again. */
export interface DeploymentTarget {
  readonly project: string;
  readonly deploymentId: string;
  readonly status: DeploymentStatus;
  readonly pattern: { readonly id: string; readonly name: string };
  readonly versionId: string;
  readonly version: number;
  readonly triggers: readonly TriggerView[];
  /** Retry, timeout and dead-letter rules of its runs. */
  readonly policy: RunPolicy;
}

/** All a gateway needs to judge one webhook request; cached, so that intake works with Postgres down. */
export interface WebhookTarget {
  readonly project: string;
  readonly endpointId: string;
  readonly webhookId: string;
  readonly patternId: string;
  readonly nodeId: string;
  readonly secret: string;
  readonly signatureMode: SignatureMode;
  readonly requireTimestamp: boolean;
  readonly responseMode: ResponseMode;
  /** Absent while the pattern was never deployed or is undeployed: events are captured. */
  readonly deployment?: DeploymentTarget;
}

/** A compiled pattern version; immutable, so it may be kept for ever. */
export interface Program {
  readonly versionId: string;
  readonly project: string;
  readonly code: string;
}

/** Which cached facts have changed. Empty lists mean: of this project, all. */
export interface DefinitionsChanged {
  readonly project: string;
  readonly deploymentIds: readonly string[];
  readonly webhookIds: readonly string[];
  readonly apiKeyHashes: readonly string[];
}

/**
 * Deployments and their endpoints. Errors: NOT_FOUND, PATTERN_NOT_FOUND, NOT_DEPLOYED, ALREADY_PAUSED, NOT_PAUSED,
 * DEPLOYMENT_NOT_ACTIVE, NOTHING_TO_REDEPLOY, VALIDATION, TRANSPILE_FAILED, FORBIDDEN.
 */
export interface DeploymentContracts {
  'svc.deployments.deploy-pattern': {
    request: { identity: Identity; patternId: string; environmentId?: string } & RunSettingsChange;
    response: DeploymentView;
  };
  'svc.deployments.undeploy-pattern': {
    request: { identity: Identity; patternId: string };
    response: { status: 'undeployed' };
  };
  'svc.deployments.get-pattern-deployment': {
    request: { identity: Identity; patternId: string };
    response: DeploymentView;
  };
  'svc.deployments.list-deployments': {
    request: { identity: Identity; status?: 'active' | 'paused' | 'failed' } & PageRequest;
    response: Page<DeploymentView>;
  };
  'svc.deployments.get-deployment': {
    request: { identity: Identity; id: string };
    response: DeploymentView;
  };
  'svc.deployments.pause-deployment': {
    request: { identity: Identity; id: string };
    response: DeploymentView;
  };
  'svc.deployments.resume-deployment': {
    request: { identity: Identity; id: string };
    response: DeploymentView;
  };
  'svc.deployments.update-deployment': {
    request: { identity: Identity; id: string } & RunSettingsChange;
    response: DeploymentView;
  };
  /**
   * Pauses an active deployment whose last runs all failed. `failures`: when each of them was asked for, at
   * most 100. `too_few`: fewer than `threshold` of them were asked for after `countFrom`.
   */
  'svc.deployments.trip-breaker': {
    request: {
      project: string;
      deploymentId: string;
      threshold: number;
      failures: readonly string[];
    };
    response: { outcome: 'paused' | 'not_active' | 'too_few'; countFrom?: string };
  };
  'svc.deployments.redeploy': {
    request: { identity: Identity; id: string };
    response: DeploymentView;
  };
  'svc.deployments.list-webhook-endpoints': {
    request: { identity: Identity; deploymentId: string };
    response: { items: readonly WebhookEndpointView[] };
  };
  'svc.deployments.update-webhook-endpoint': {
    request: {
      identity: Identity;
      deploymentId: string;
      endpointId: string;
      signatureMode?: SignatureMode;
      requireTimestamp?: boolean;
    };
    response: WebhookEndpointView;
  };
  'svc.deployments.regenerate-webhook-secret': {
    request: { identity: Identity; deploymentId: string; endpointId: string };
    response: WebhookEndpointView;
  };
  /** By public webhook id, or by pattern id when the pattern has one endpoint. Null when unknown. */
  'svc.deployments.resolve-webhook': {
    request: { webhookId: string };
    response: { target: WebhookTarget | null };
  };
  'svc.deployments.resolve-deployment': {
    request: { project: string; deploymentId: string };
    response: { target: DeploymentTarget | null };
  };
  'svc.deployments.get-program': {
    request: { versionId: string };
    response: { program: Program | null };
  };
  /** Keeps the last 20 events that reached an endpoint while its pattern was not deployed. */
  'svc.deployments.capture-event': {
    request: { endpointId: string; event: unknown };
    response: { captured: true };
  };
  'svc.deployments.count-deployments': {
    request: { identity: Identity };
    response: { active: number; paused: number; failed: number };
  };
}
