import type { LogEntry } from '@runnel/run-log';

import type { Projection } from './projection';

/** One version of a projection. */
export interface ProjectionVersion {
  readonly projection: Projection;
  readonly version: number;
  /** On its way from the start of the log, and of the archive before it. */
  readonly building: boolean;
}

/** What a batch was, for the metrics. */
export interface AppliedBatch {
  readonly entries: readonly LogEntry[];
  readonly milliseconds: number;
}
