import { Inject, Injectable } from '@nestjs/common';
import { METRICS, type Metrics } from '@runnel/telemetry';

import { TailHub } from './tail/tail-hub';

/** What is measured of watching. */
@Injectable()
export class LiveMetrics {
  constructor(hub: TailHub, @Inject(METRICS) metrics: Metrics) {
    metrics.observedGauge(
      'runnel_gateway_tails',
      'Shards that somebody watches through this process',
      () => hub.size,
    );
    metrics.observedGauge(
      'runnel_gateway_tail_delay_seconds',
      'Time from a commit to its arrival at the watchers of this process, at the slowest tail',
      () => hub.delaySeconds,
    );
  }
}
