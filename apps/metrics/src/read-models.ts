import type { Projection } from '@runnel/projection';

import { RunEventsProjection } from './runs/read-model/run-events.projection';
import { RunListProjection } from './runs/read-model/run-list.projection';
import { RunOutputProjection } from './runs/read-model/run-output.projection';

/** Every read model of this service. */
export const READ_MODELS: readonly Projection[] = [
  new RunListProjection(),
  new RunEventsProjection(),
  new RunOutputProjection(),
];
