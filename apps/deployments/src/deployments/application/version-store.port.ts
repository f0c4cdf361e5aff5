import type { Program, TriggerView } from '@runnel/messaging';

import type { WebhookNode } from '../../compiling/compile-pattern';

/** What was deployed: a drawing and its program, never changed again. */
export interface PatternVersion {
  readonly id: string;
  readonly patternId: string;
  readonly project: string;
  /** From 1, without gaps, per pattern. */
  readonly versionNumber: number;
  readonly graphData: unknown;
  readonly code: string;
  readonly triggers: readonly TriggerView[];
  readonly webhookNodes: readonly WebhookNode[];
  readonly createdAt: Date;
  readonly createdBy: string;
}

export abstract class VersionStore {
  abstract add(version: PatternVersion): Promise<void>;
  abstract findProgram(versionId: string): Promise<Program | undefined>;
}
