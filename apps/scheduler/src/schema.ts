import type { SchemaDefinition } from '@runnel/database';

import { LiveRuns1764000000000 } from './migrations/1764000000000-live-runs';
import { BreakerCounts1764000000020 } from './migrations/1764000000020-breaker-counts';

/** The scheduler's own tables. */
export const SCHEDULER_SCHEMA: SchemaDefinition = {
  schema: 'scheduler',
  migrations: [LiveRuns1764000000000, BreakerCounts1764000000020],
};
