import type { Identity } from '@runnel/auth';

import type { Empty, Page } from './common';

/** A pattern as its API shows it; `graphData` is left out of lists (contracts/automation.md A.8). */
export interface PatternView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isPublic: boolean;
  readonly isTemplate: boolean;
  readonly tags: readonly string[];
  readonly graphData?: unknown;
  readonly versionNumber: number;
  readonly ownerId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PatternFields {
  readonly name?: string;
  readonly description?: string | null;
  readonly isPublic?: boolean;
  readonly isTemplate?: boolean;
  readonly tags?: readonly string[];
  readonly graphData?: unknown;
}

export interface GraphProblem {
  /** Empty when it belongs to no node. */
  readonly nodeId: string;
  readonly message: string;
  readonly code: string;
}

export interface TriggerView {
  /** PascalCase node type, e.g. `OnWebhook`. */
  readonly type: string;
  readonly nodeId: string;
  /** Of an On Schedule trigger, as the two that follow. */
  readonly cronExpression?: string;
  readonly timezone?: string;
  readonly nextRunAt?: string | null;
}

/**
 * Patterns and what is made of them. Errors: PATTERN_NOT_FOUND, PATTERN_DEPLOYED, CONFLICT, VALIDATION, FORBIDDEN;
 * TRANSPILE_FAILED (details: errors, warnings) for a graph that does not compile.
 */
export interface PatternContracts {
  'svc.deployments.create-pattern': {
    request: { identity: Identity; fields: PatternFields & { name: string } };
    response: PatternView;
  };
  'svc.deployments.get-pattern': {
    request: { identity: Identity; id: string };
    response: PatternView;
  };
  'svc.deployments.list-patterns': {
    request: {
      identity: Identity;
      search?: string;
      isPublic?: boolean;
      isTemplate?: boolean;
      tags?: readonly string[];
      limit: number;
      offset: number;
      sortBy: 'name' | 'createdAt' | 'updatedAt';
      sortOrder: 'asc' | 'desc';
    };
    response: Page<PatternView>;
  };
  'svc.deployments.update-pattern': {
    request: { identity: Identity; id: string; fields: PatternFields; ifUpdatedAt?: string };
    response: PatternView;
  };
  'svc.deployments.delete-pattern': {
    request: { identity: Identity; id: string; force: boolean };
    response: Empty;
  };
  /** `code` is not yet sealed; the gateway seals it (contracts/automation.md, Decisions 3). */
  'svc.deployments.transpile': {
    request: {
      identity: Identity;
      graphData: unknown;
      trace: boolean;
      breakpoints: readonly string[];
      pinnedNodes: Readonly<Record<string, unknown>>;
    };
    response: { code: string; warnings: readonly GraphProblem[] };
  };
}
