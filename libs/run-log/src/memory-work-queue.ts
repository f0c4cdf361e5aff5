import { workSubject } from './subjects';
import {
  type ConsumeOptions,
  type WorkConsumer,
  type WorkItem,
  WorkQueue,
} from './work-queue.port';

interface Waiting {
  readonly kind: string;
  readonly data: Uint8Array;
  readonly redelivered: boolean;
}

interface Taker {
  readonly kind: string;
  readonly handle: (item: WorkItem) => void;
  readonly maxItems: number;
  held: number;
}

/** The dispatch queue in memory, for tests. */
export class MemoryWorkQueue extends WorkQueue {
  private waiting: Waiting[] = [];
  private unsettled = 0;
  private createdAt = new Date().toISOString();
  private readonly takers = new Set<Taker>();

  async ensure(): Promise<{ readonly createdAt: string }> {
    return { createdAt: this.createdAt };
  }

  async publish(kind: string, queue: string, data: Uint8Array): Promise<void> {
    workSubject(kind, queue); // refuses what the real one refuses
    this.waiting.push({ kind, data, redelivered: false });
    this.hand();
  }

  async consume(
    kind: string,
    handle: (item: WorkItem) => void,
    options: ConsumeOptions,
  ): Promise<WorkConsumer> {
    const taker = { kind, handle, maxItems: options.maxItems, held: 0 };
    this.takers.add(taker);
    this.hand();
    return {
      stop: async () => {
        this.takers.delete(taker);
      },
    };
  }

  async depth(): Promise<number> {
    return this.waiting.length + this.unsettled;
  }

  async close(): Promise<void> {
    this.takers.clear();
  }

  /** Forgets everything, as a server does that was restarted: for tests of the refill. */
  lose(): void {
    this.waiting = [];
    this.createdAt = new Date(Date.parse(this.createdAt) + 1).toISOString();
  }

  private hand(): void {
    setImmediate(() => {
      for (const taker of this.takers) {
        for (let item = this.next(taker); item; item = this.next(taker)) this.give(taker, item);
      }
    });
  }

  private next(taker: Taker): Waiting | undefined {
    if (taker.held >= taker.maxItems) return undefined;
    const index = this.waiting.findIndex(({ kind }) => kind === taker.kind);
    return index < 0 ? undefined : this.waiting.splice(index, 1)[0];
  }

  private give(taker: Taker, { kind, data, redelivered }: Waiting): void {
    taker.held += 1;
    this.unsettled += 1;
    let settled = false;
    const settle = (then: () => void): void => {
      if (settled) return;
      settled = true;
      taker.held -= 1;
      this.unsettled -= 1;
      then();
      this.hand();
    };
    taker.handle({
      data,
      redelivered,
      ack: () => settle(() => undefined),
      nak: (delayMs = 0) =>
        settle(() => {
          setTimeout(() => {
            this.waiting.push({ kind, data, redelivered: true });
            this.hand();
          }, delayMs).unref();
        }),
      working: () => undefined,
    });
  }
}
