import type { Pattern } from '../domain/pattern';

/** All but the drawing. */
export type PatternSummary = Omit<Pattern, 'graphData'>;

export interface PatternQuery {
  readonly project: string;
  /** Part of the name, any case. */
  readonly search?: string | undefined;
  readonly isPublic?: boolean | undefined;
  readonly isTemplate?: boolean | undefined;
  /** All of them. */
  readonly tags?: readonly string[] | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly sortBy: 'name' | 'createdAt' | 'updatedAt';
  readonly sortOrder: 'asc' | 'desc';
}

export abstract class PatternStore {
  abstract add(pattern: Pattern): Promise<void>;
  /** One that `project` may read: its own, or a public one. */
  abstract findReadable(project: string, id: string): Promise<Pattern | undefined>;
  /** The project's own, locked until the transaction ends. */
  abstract lock(project: string, id: string): Promise<Pattern | undefined>;
  /** Writes what a client can change. */
  abstract save(pattern: Pattern): Promise<void>;
  /** With its deployment and endpoints; versions stay, for runs that are under way. */
  abstract remove(id: string): Promise<void>;
  abstract list(
    query: PatternQuery,
  ): Promise<{ readonly items: readonly PatternSummary[]; readonly total: number }>;
}
