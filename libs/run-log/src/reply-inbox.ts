import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';

import type { ConnectionWatch } from './connection-watch';
import { rawHeaders } from './raw-headers';

/** Why a reply will not come. */
export type LostReply = 'timeout' | 'disconnected' | 'closed';

/** Whoever waits for the replies to one message. */
export interface ReplyListener {
  /** True when no further reply is expected. */
  onReply(message: Msg): boolean;
  onLost(reason: LostReply): void;
}

interface Waiting {
  readonly listener: ReplyListener;
  readonly deadline: number;
}

const SWEEP_MS = 100;

/**
 * One subscription for all replies of a process, without a promise and a timer per message: appends are
 * the hottest path of the system. Deadlines are swept every 100 ms; a disconnect ends every wait at once.
 */
export class ReplyInbox {
  private readonly prefix: string;
  private readonly waiting = new Map<string, Waiting>();
  private readonly subscription: Subscription;
  private readonly sweeper: NodeJS.Timeout;
  private readonly stopListening: () => void;
  private counter = 0;

  constructor(
    private readonly connection: NatsConnection,
    watch: ConnectionWatch,
    private readonly timeoutMs: number,
  ) {
    const inbox = createInbox();
    this.prefix = `${inbox}.`;
    this.subscription = connection.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.deliver(message);
      },
    });
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.sweeper.unref();
    this.stopListening = watch.listen((up) => {
      if (!up) this.loseAll('disconnected'); // the replies of a broken connection never come
    });
  }

  /** Messages that still wait for a reply. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * Publishes and remembers who waits. `headerLines` are ready-made lines, see `rawHeaders`. The listener
   * is never called before this returns.
   */
  publish(
    subject: string,
    payload: Uint8Array | string,
    headerLines: string,
    listener: ReplyListener,
  ): void {
    const token = (this.counter++).toString(36);
    const reply = this.prefix + token;
    try {
      if (headerLines === '') this.connection.publish(subject, payload, { reply });
      else this.connection.publish(subject, payload, { reply, headers: rawHeaders(headerLines) });
    } catch {
      queueMicrotask(() => listener.onLost('closed')); // the client throws once it is closed or draining
      return;
    }
    this.waiting.set(token, { listener, deadline: Date.now() + this.timeoutMs });
  }

  /** Publishes without waiting for anything; on a closed connection it does nothing. */
  send(subject: string, payload: Uint8Array, headerLines: string): void {
    if (this.connection.isClosed() || this.connection.isDraining()) return;
    this.connection.publish(subject, payload, { headers: rawHeaders(headerLines) });
  }

  /** One request, one reply. Rejects with an Error that names the reason when none comes. */
  request(subject: string, payload: Uint8Array | string): Promise<Msg> {
    return new Promise((resolve, reject) => {
      this.publish(subject, payload, '', {
        onReply: (message) => {
          resolve(message);
          return true;
        },
        onLost: (reason) => reject(new Error(`no reply to ${subject}: ${reason}`)),
      });
    });
  }

  close(): void {
    clearInterval(this.sweeper);
    this.stopListening();
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
    this.loseAll('closed');
  }

  private loseAll(reason: LostReply): void {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { listener } of lost) listener.onLost(reason);
  }

  private deliver(message: Msg): void {
    const token = message.subject.slice(this.prefix.length);
    const waiting = this.waiting.get(token);
    if (waiting?.listener.onReply(message)) this.waiting.delete(token);
  }

  private sweep(): void {
    const now = Date.now();
    for (const [token, { listener, deadline }] of this.waiting) {
      if (deadline > now) return; // one timeout for all, so they stand in the order of their deadlines
      this.waiting.delete(token);
      listener.onLost('timeout');
    }
  }
}
