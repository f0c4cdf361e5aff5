import { Inject, Injectable } from '@nestjs/common';
import { METRICS, type Metrics } from '@runnel/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Seconds; the webhook path is to be told from the pages of a list. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

interface Series {
  inc(): void;
  observe(seconds: number): void;
}

/** Counts and times requests by route pattern and status, never by path. */
@Injectable()
export class HttpMetrics {
  private readonly requests;
  private readonly durations;
  /** Label look-ups are the dear part of a metric; there are few combinations. */
  private readonly series = new Map<string, Series>();

  constructor(@Inject(METRICS) metrics: Metrics) {
    this.requests = metrics.counter('runnel_gateway_requests_total', 'Requests answered', [
      'method',
      'route',
      'status',
    ]);
    this.durations = metrics.histogram(
      'runnel_gateway_request_duration_seconds',
      'Time from a request to the end of its answer',
      BUCKETS,
      ['method', 'route'],
    );
  }

  /** Fastify's `onResponse`. */
  readonly onResponse = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const key = `${request.method} ${route} ${reply.statusCode}`;
    let series = this.series.get(key);
    if (!series)
      this.series.set(key, (series = this.bind(request.method, route, reply.statusCode)));
    series.inc();
    series.observe(reply.elapsedTime / 1_000);
    done();
  };

  private bind(method: string, route: string, status: number): Series {
    const counter = this.requests.labels({ method, route, status: String(status) });
    const histogram = this.durations.labels({ method, route });
    return {
      inc: () => counter.inc(),
      observe: (seconds) => histogram.observe(seconds),
    };
  }
}
