import type { SchemaDefinition } from '@runnel/database';

import { ProjectionCatalog1767225600010 } from './migrations/1767225600010-projection-catalog';
import { SealedRuns1767225600030 } from './migrations/1767225600030-sealed-runs';

/** The schema of the read models. Their tables are made per version, by the catalog. */
export const METRICS_SCHEMA: SchemaDefinition = {
  schema: 'metrics',
  migrations: [ProjectionCatalog1767225600010, SealedRuns1767225600030],
};
