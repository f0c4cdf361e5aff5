import { createInbox, type Msg, type NatsConnection, nuid, type Subscription } from 'nats';

import { backoffMs } from './backoff';
import type { ConnectionWatch } from './connection-watch';
import type { JetStreamApi } from './jetstream-api';
import { headerOf, statusOf } from './raw-headers';

/** A message as it was delivered, with its sequence in the stream. */
export interface FedMessage {
  readonly seq: number;
  readonly message: Msg;
}

export interface OrderedFeedOptions {
  readonly connection: NatsConnection;
  readonly api: JetStreamApi;
  readonly watch: ConnectionWatch;
  readonly stream: string;
  readonly filter: string | undefined;
  /** Messages after this sequence are fed. */
  readonly after: number;
  /** Most messages held or on their way at once. */
  readonly window: number;
  readonly heartbeatMs: number;
}

const NANOS = 1_000_000;
const PULL_EXPIRES_MS = 30_000;
/** Bytes of one pull: messages are at most 1 MiB, so one always fits. */
const PULL_BYTES = 8 * 1024 * 1024;
/** The server forgets the consumer of a reader that is gone after this. */
const INACTIVE_MS = 60_000;
const HEARTBEAT = 100;
const PULL_ENDED: readonly number[] = [404, 408];

/**
 * A stream from a position on, in order and without gaps, over whatever happens to the connection, the
 * server and the consumer. Each time the consumer is made anew from the last sequence fed, so nothing is fed
 * twice. Gaps are told by the consumer's own sequence: the stream's has holes where runs were sealed.
 */
export class OrderedFeed {
  private readonly subscription: Subscription;
  private readonly inbox = createInbox();
  private readonly checker: NodeJS.Timeout;
  private readonly stopListening: () => void;
  private buffer: FedMessage[] = [];
  private position: number;
  private consumer = '';
  private consumerSeq = 0;
  private requested = 0;
  private lastHeard = 0;
  private failures = 0;
  private making = false;
  private closed = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly options: OrderedFeedOptions) {
    this.position = options.after;
    this.subscription = options.connection.subscribe(this.inbox, {
      callback: (error, message) => {
        if (!error) this.receive(message);
      },
    });
    this.stopListening = options.watch.listen((up) => {
      if (up) this.restart();
    });
    this.checker = setInterval(() => this.checkSilence(), options.heartbeatMs);
    this.checker.unref();
    this.restart();
  }

  /** The next messages, at least one; an empty list once the feed is closed. Throws what ended the feed. */
  async next(): Promise<FedMessage[]> {
    while (this.buffer.length === 0) {
      if (this.failure) throw this.failure;
      if (this.closed) return [];
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const taken = this.buffer;
    this.buffer = [];
    this.pull();
    return taken;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.checker);
    this.stopListening();
    if (!this.options.connection.isClosed()) this.subscription.unsubscribe();
    this.forgetConsumer();
    this.wakeUp();
  }

  private receive(message: Msg): void {
    if (this.closed) return;
    this.lastHeard = Date.now();
    if (message.data.length === 0) {
      const status = statusOf(message);
      if (status > 0) return this.receiveStatus(status, message);
    }
    const delivery = parseDelivery(message.reply ?? '');
    if (!delivery || delivery.consumer !== this.consumer) return; // of a consumer given up
    if (delivery.consumerSeq !== this.consumerSeq + 1) return this.restart();
    this.consumerSeq = delivery.consumerSeq;
    this.position = delivery.streamSeq;
    this.requested -= 1;
    this.buffer.push({ seq: delivery.streamSeq, message });
    this.wakeUp();
  }

  private receiveStatus(status: number, message: Msg): void {
    if (status === HEARTBEAT) return;
    const left = headerOf(message, 'Nats-Pending-Messages');
    const ended = PULL_ENDED.includes(status) || left !== undefined;
    if (!ended) return this.restart(); // consumer deleted, server shutting down, no responders
    this.requested = Math.max(
      0,
      this.requested - (left === undefined ? this.requested : Number(left)),
    );
    this.pull();
  }

  private pull(): void {
    const { connection, stream, window, heartbeatMs } = this.options;
    const missing = window - this.requested - this.buffer.length;
    if (this.closed || this.making || missing < window / 2 || connection.isClosed()) return;
    this.requested += missing;
    const query = {
      batch: missing,
      max_bytes: PULL_BYTES,
      expires: PULL_EXPIRES_MS * NANOS,
      idle_heartbeat: heartbeatMs * NANOS,
    };
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.consumer}`,
      JSON.stringify(query),
      {
        reply: this.inbox,
      },
    );
  }

  private checkSilence(): void {
    if (this.making || !this.options.watch.up || this.requested === 0) return;
    if (Date.now() - this.lastHeard > 2.5 * this.options.heartbeatMs) this.restart();
  }

  private restart(): void {
    if (this.making || this.closed) return;
    this.making = true;
    this.forgetConsumer();
    this.make().catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.close();
    });
  }

  private async make(): Promise<void> {
    while (!this.closed) {
      if (await this.tryMake()) {
        this.making = false;
        this.failures = 0;
        return this.pull();
      }
      this.failures += 1;
      await this.options.watch.whenUp(5_000);
      await new Promise((resolve) => setTimeout(resolve, backoffMs(this.failures, 20, 2_000)));
    }
  }

  private async tryMake(): Promise<boolean> {
    const { api, stream, filter } = this.options;
    const name = `tail-${nuid.next()}`;
    this.consumer = name;
    this.consumerSeq = 0;
    this.requested = 0;
    this.lastHeard = Date.now();
    try {
      const { state } = await api.streamInfo(stream);
      if (state.last_seq < this.position)
        throw new LostEntriesError(stream, state.last_seq, this.position);
      await api.createConsumer(stream, name, {
        deliver_policy: 'by_start_sequence',
        opt_start_seq: this.position + 1,
        ack_policy: 'none',
        replay_policy: 'instant',
        inactive_threshold: INACTIVE_MS * NANOS,
        mem_storage: true,
        num_replicas: 1,
        ...(filter === undefined ? {} : { filter_subject: filter }),
      });
      return true;
    } catch (error) {
      if (error instanceof LostEntriesError) throw error;
      return false; // the server is away or not ready yet: tried again until closed
    }
  }

  private forgetConsumer(): void {
    const { api, stream, watch } = this.options;
    if (this.consumer === '' || !watch.up) return;
    // Best effort: the server drops it by itself after a minute without us.
    api.deleteConsumer(stream, this.consumer).catch(() => undefined);
    this.consumer = '';
  }

  private wakeUp(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }
}

/** The stream ends before the reader's position: acknowledged entries are gone, and no reading on can mend it. */
export class LostEntriesError extends Error {
  override readonly name = 'LostEntriesError';
  constructor(stream: string, last: number, position: number) {
    super(
      `stream ${stream} ends at ${last}, before the position ${position} that was read already: ` +
        'the log has lost entries, restore it from a backup or rebuild what was read from it',
    );
  }
}

interface Delivery {
  readonly consumer: string;
  readonly streamSeq: number;
  readonly consumerSeq: number;
}

/** `$JS.ACK.<stream>.<consumer>.<tries>.<stream seq>.<consumer seq>.<time>.<pending>`, with domain and account after ACK in newer servers. */
function parseDelivery(reply: string): Delivery | undefined {
  const tokens = reply.split('.');
  const base = tokens.length === 9 ? 2 : 4;
  const consumer = tokens[base + 1];
  if (tokens.length < 9 || consumer === undefined) return undefined;
  return {
    consumer,
    streamSeq: Number(tokens[base + 3]),
    consumerSeq: Number(tokens[base + 4]),
  };
}
