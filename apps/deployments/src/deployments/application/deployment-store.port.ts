import type { Page, PageRequest, TriggerView } from '@runnel/messaging';

import type { WebhookNode } from '../../compiling/compile-pattern';
import type { Deployment } from '../domain/deployment';

/** A deployment with what its version and its pattern say. */
export interface DeploymentDetails extends Deployment {
  readonly patternName: string;
  readonly patternDescription: string | null;
  readonly versionNumber: number;
  readonly triggers: readonly TriggerView[];
  readonly webhookNodes: readonly WebhookNode[];
}

export abstract class DeploymentStore {
  /** Locked until the transaction ends. */
  abstract lock(project: string, id: string): Promise<Deployment | undefined>;
  /** Locked until the transaction ends. */
  abstract lockOfPattern(patternId: string): Promise<Deployment | undefined>;
  /** Adds it or replaces what can change. */
  abstract save(deployment: Deployment): Promise<void>;
  abstract find(project: string, id: string): Promise<DeploymentDetails | undefined>;
  abstract findOfPattern(
    project: string,
    patternId: string,
  ): Promise<DeploymentDetails | undefined>;
  /** Newest first; without a status, all but the undeployed. */
  abstract list(
    project: string,
    status: 'active' | 'paused' | 'failed' | undefined,
    page: PageRequest,
  ): Promise<Page<DeploymentDetails>>;
  abstract count(project: string): Promise<{ active: number; paused: number; failed: number }>;
}
