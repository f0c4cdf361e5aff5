import { DomainError } from '@runnel/errors';

/** A drawing that can be deployed. Saving it never alters what is deployed. */
export interface Pattern {
  readonly id: string;
  readonly project: string;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string | null;
  /** Others may read it. */
  readonly isPublic: boolean;
  readonly isTemplate: boolean;
  readonly tags: readonly string[];
  readonly graphData: unknown;
  /** Of the last deployed version; 0 before the first. */
  readonly versionNumber: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a client may change; what is undefined stays. */
export interface PatternChanges {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly isPublic?: boolean | undefined;
  readonly isTemplate?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly graphData?: unknown;
}

/**
 * The pattern with its changes. `updatedAt` always grows, even within one millisecond: clients tell saves apart by it.
 * @param expected the `updatedAt` that the client has seen, if it says
 * @throws DomainError CONFLICT when somebody has saved since
 */
export function changePattern(
  pattern: Pattern,
  changes: PatternChanges,
  now: Date,
  expected: Date | undefined,
): Pattern {
  if (expected !== undefined && expected.getTime() !== pattern.updatedAt.getTime()) {
    const updatedAt = pattern.updatedAt.toISOString();
    const message = 'the pattern was changed meanwhile; read it again';
    throw new DomainError('CONFLICT', message, { updatedAt });
  }
  return {
    ...pattern,
    name: changes.name ?? pattern.name,
    description: changes.description === undefined ? pattern.description : changes.description,
    isPublic: changes.isPublic ?? pattern.isPublic,
    isTemplate: changes.isTemplate ?? pattern.isTemplate,
    tags: changes.tags ?? pattern.tags,
    graphData: changes.graphData === undefined ? pattern.graphData : changes.graphData,
    updatedAt: new Date(Math.max(now.getTime(), pattern.updatedAt.getTime() + 1)),
  };
}

/** Missing, or of another project: the same words for both. */
export function patternNotFound(): DomainError {
  return new DomainError('PATTERN_NOT_FOUND', 'Pattern not found');
}
