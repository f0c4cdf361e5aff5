import type { PatternView } from '@runnel/messaging';

import type { Pattern } from '../domain/pattern';
import type { PatternSummary } from './pattern-store.port';

/** A pattern as its API shows it in lists. */
export function toPatternSummaryView(pattern: PatternSummary): PatternView {
  return {
    id: pattern.id,
    name: pattern.name,
    description: pattern.description,
    isPublic: pattern.isPublic,
    isTemplate: pattern.isTemplate,
    tags: pattern.tags,
    versionNumber: pattern.versionNumber,
    ownerId: pattern.ownerId,
    createdAt: pattern.createdAt.toISOString(),
    updatedAt: pattern.updatedAt.toISOString(),
  };
}

/** A pattern as its API shows it alone: with the drawing. */
export function toPatternView(pattern: Pattern): PatternView {
  return { ...toPatternSummaryView(pattern), graphData: pattern.graphData };
}
