import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { METRICS, type Metrics } from '@runnel/telemetry';

import { CONFIG, type GatewayConfig } from '../config';
import { HttpProblem } from '../http/errors/problem';

/** An open connection that frames are pushed to. */
export interface OpenStream {
  readonly project: string;
  /** Says that we live; may find out that the other side does not. */
  beat(now: number): void;
  /** Ends it so that the client comes back, to another process if there is one. */
  close(): void;
}

const HEARTBEAT_MS = 15_000;

/** The open streams and sockets of this process: their number, their heartbeat, their end. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<OpenStream>();
  private readonly perProject = new Map<string, number>();
  private reserved = 0;
  private timer: NodeJS.Timeout | undefined;
  private closing = false;
  private readonly dropped;

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    private readonly clock: Clock,
    @Inject(METRICS) metrics: Metrics,
  ) {
    metrics.observedGauge(
      'runnel_gateway_open_streams',
      'Open event streams and sockets',
      () => this.streams.size,
    );
    this.dropped = metrics.counter(
      'runnel_gateway_dropped_streams_total',
      'Streams ended because their reader was too slow',
    );
  }

  /**
   * Takes a place before anything is done for a stream; returns how to give it back.
   * @throws HttpProblem 503 TOO_MANY_STREAMS
   */
  reserve(project: string): () => void {
    const { RUNNEL_MAX_STREAMS: most, RUNNEL_MAX_STREAMS_PER_PROJECT: mostOfOne } = this.config;
    const ofProject = this.perProject.get(project) ?? 0;
    if (this.closing || this.reserved >= most || ofProject >= mostOfOne) {
      throw new HttpProblem(503, 'TOO_MANY_STREAMS', 'too many open streams; try again shortly', {
        headers: { 'retry-after': '2' },
      });
    }
    this.reserved += 1;
    this.perProject.set(project, ofProject + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.reserved -= 1;
      const left = (this.perProject.get(project) ?? 1) - 1;
      if (left > 0) this.perProject.set(project, left);
      else this.perProject.delete(project);
    };
  }

  add(stream: OpenStream): void {
    this.streams.add(stream);
    // One timer for all of them: thousands of timers would cost more than the streams.
    this.timer ??= setInterval(() => this.beat(), HEARTBEAT_MS).unref();
    if (this.closing) stream.close();
  }

  remove(stream: OpenStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  noteDropped(): void {
    this.dropped.inc();
  }

  beforeApplicationShutdown(): void {
    this.closing = true;
    for (const stream of [...this.streams]) stream.close();
  }

  private beat(): void {
    const now = this.clock.now();
    for (const stream of [...this.streams]) stream.beat(now);
  }
}
