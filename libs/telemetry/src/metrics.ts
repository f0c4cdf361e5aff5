import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Injection token of the process's metric registry. */
export const METRICS = Symbol('METRICS');

/**
 * The metrics of one process, served at `/metrics` of its management port. Names follow
 * `runnel_<app>_<thing>_<unit>`; labels have bounded values only: codes and patterns, never ids.
 */
export class Metrics {
  readonly registry = new Registry();

  constructor(app: string) {
    this.registry.setDefaultLabels({ app });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Gauge<L> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A gauge whose value is asked for at each scrape. */
  observedGauge(name: string, help: string, observe: () => number): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(observe());
      },
    });
  }

  /** A counter that somebody else counts: the value since the process started is asked for at each scrape. */
  observedCounter(name: string, help: string, observe: () => number): Counter {
    return new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(observe());
      },
    });
  }

  /** A gauge of 1 under a label whose value, one of a few words, is asked for at each scrape. */
  observedState<L extends string>(
    name: string,
    help: string,
    label: L,
    observe: () => string,
  ): Gauge<L> {
    return new Gauge<L>({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        this.set({ [label]: observe() } as Record<L, string>, 1);
      },
    });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name,
      help,
      buckets: [...buckets],
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }
}
