import type { SchemaDefinition } from '@runnel/database';

import { LiveRuns1764000000000 } from './migrations/1764000000000-live-runs';
import { LiveRunsAsJson1767225600020 } from './migrations/1767225600020-live-runs-as-json';
import { ScheduleTurn1764000000011 } from './migrations/1764000000011-schedule-turn';
import { BreakerCounts1764000000020 } from './migrations/1764000000020-breaker-counts';

/** The scheduler's own tables. */
export const SCHEDULER_SCHEMA: SchemaDefinition = {
  schema: 'scheduler',
  migrations: [
    LiveRuns1764000000000,
    ScheduleTurn1764000000011,
    BreakerCounts1764000000020,
    LiveRunsAsJson1767225600020,
  ],
};
