import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';

import { backoffMs, delay } from './backoff';
import type { ConnectionWatch } from './connection-watch';
import { headerOf, statusOf } from './raw-headers';
import type { WorkItem } from './work-queue.port';

export interface WorkPullerOptions {
  readonly connection: NatsConnection;
  readonly watch: ConnectionWatch;
  readonly stream: string;
  readonly consumer: string;
  /** Most items held unsettled at once. */
  readonly maxItems: number;
  readonly handle: (item: WorkItem) => void;
  /** Makes the queue and its consumer if they are gone. */
  readonly ensure: () => Promise<void>;
}

const NANOS = 1_000_000;
const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 5_000;
const HEARTBEAT = 100;
const ENDED: readonly number[] = [404, 408];

/** Pulls work from a durable consumer, never holding more than asked for, over losses of connection and queue. */
export class WorkPuller {
  private readonly inbox = createInbox();
  private readonly subscription: Subscription;
  private readonly checker: NodeJS.Timeout;
  private readonly stopListening: () => void;
  private held = 0;
  private requested = 0;
  private lastHeard = Date.now();
  private renewing = false;
  private stopped = false;

  constructor(private readonly options: WorkPullerOptions) {
    this.subscription = options.connection.subscribe(this.inbox, {
      callback: (error, message) => {
        if (!error) this.receive(message);
      },
    });
    this.stopListening = options.watch.listen((up) => {
      if (up) this.renew();
    });
    this.checker = setInterval(() => this.checkSilence(), HEARTBEAT_MS);
    this.checker.unref();
  }

  /** Makes the consumer and begins to pull. Throws UnavailableError when that fails. */
  async start(): Promise<void> {
    try {
      await this.options.ensure();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.pull();
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    clearInterval(this.checker);
    this.stopListening();
    const { connection, watch } = this.options;
    if (connection.isClosed()) return;
    this.subscription.unsubscribe(); // without interest the server hands nothing more to this inbox
    if (watch.up) await connection.flush();
  }

  private receive(message: Msg): void {
    this.lastHeard = Date.now();
    const status = message.data.length === 0 ? statusOf(message) : 0;
    if (status > 0) return this.receiveStatus(status, message);
    this.requested = Math.max(0, this.requested - 1);
    this.held += 1;
    this.options.handle(new PulledItem(message, () => this.release()));
  }

  private receiveStatus(status: number, message: Msg): void {
    if (status === HEARTBEAT) return;
    const left = headerOf(message, 'Nats-Pending-Messages');
    if (left === undefined && !ENDED.includes(status)) return this.renew();
    this.requested = Math.max(
      0,
      this.requested - (left === undefined ? this.requested : Number(left)),
    );
    this.pull();
  }

  private release(): void {
    this.held -= 1;
    this.pull();
  }

  /** Asks for what there is room for, but not for every single place that becomes free. */
  private pull(): void {
    const { connection, stream, consumer, maxItems, watch } = this.options;
    const room = maxItems - this.held - this.requested;
    const worthwhile = room > 0 && room >= Math.min(maxItems / 4, maxItems - this.held);
    if (!worthwhile || this.stopped || this.renewing || !watch.up || connection.isClosed()) return;
    this.requested += room;
    const query = {
      batch: room,
      expires: EXPIRES_MS * NANOS,
      idle_heartbeat: HEARTBEAT_MS * NANOS,
    };
    connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(query), {
      reply: this.inbox,
    });
  }

  private checkSilence(): void {
    if (this.requested === 0 || !this.options.watch.up) return;
    if (Date.now() - this.lastHeard > 2.5 * HEARTBEAT_MS) this.renew();
  }

  private renew(): void {
    if (this.renewing || this.stopped) return;
    this.renewing = true;
    void this.makeAgain();
  }

  private async makeAgain(): Promise<void> {
    for (let tries = 1; !this.stopped; tries += 1) {
      try {
        await this.options.watch.whenUp(EXPIRES_MS);
        await this.options.ensure();
        break;
      } catch {
        await delay(backoffMs(tries, 50, 2_000)); // away or not ready yet: tried again until stopped
      }
    }
    this.renewing = false;
    this.requested = 0;
    this.lastHeard = Date.now();
    this.pull();
  }
}

const ACK = Buffer.from('+ACK');
const NAK = Buffer.from('-NAK');
const WORKING = Buffer.from('+WPI');
const TRIES_FROM_END = 5;

class PulledItem implements WorkItem {
  private settled = false;

  constructor(
    private readonly message: Msg,
    private readonly release: () => void,
  ) {}

  get data(): Uint8Array {
    return this.message.data;
  }

  get redelivered(): boolean {
    const tokens = (this.message.reply ?? '').split('.');
    const base = tokens.length === 9 ? tokens.length : 11; // newer servers may append tokens
    return Number(tokens[base - TRIES_FROM_END]) > 1;
  }

  ack(): void {
    this.settle(ACK);
  }

  nak(delayMs = 0): void {
    this.settle(delayMs > 0 ? Buffer.from(`-NAK {"delay": ${delayMs * NANOS}}`) : NAK);
  }

  working(): void {
    if (!this.settled) this.message.respond(WORKING);
  }

  private settle(answer: Uint8Array): void {
    if (this.settled) return;
    this.settled = true;
    this.message.respond(answer);
    this.release();
  }
}
