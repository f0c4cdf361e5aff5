import type { ServerResponse } from 'node:http';

import { SECURITY_HEADERS } from '../../http/security-headers';
import type { FrameBatch } from '../feed/frame-batch';
import type { EndReason, Sink } from '../feed/sink';
import type { OpenStream } from '../open-streams';

/** What a slow reader may leave unread of what comes live; then it is cut off, and can resume. */
const MAX_UNREAD_BYTES = 1_024 * 1_024;
/** Above this the socket is left to drain before it is given more. */
const HIGH_WATER_BYTES = 64 * 1_024;
/** A reader that takes nothing for this long is gone, whatever its socket says. */
const STALLED_MS = 45_000;
/** Credentials are looked at again when the client comes back. */
const MAX_AGE_MS = 30 * 60_000;

const RETRY = 'retry: 2000\n\n';
const KEEPALIVE = Buffer.from(': keepalive\n\n');
const RECONNECT = ': this server is stopping; reconnect\n\n';

interface EventStreamOptions {
  readonly project: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Called once, just before the first byte: until then the request may still be answered otherwise. */
  readonly onStart: () => void;
  /** ms since the epoch. */
  readonly now: number;
  readonly onClose: () => void;
  /** The reader was too slow. */
  readonly onDrop: () => void;
}

/** One `text/event-stream` answer: the sink of one watcher. The past is paced by the socket, the live part is bounded. */
export class EventStream implements Sink, OpenStream {
  private queue: Buffer[] = [];
  /** Bytes in the queue that came live. */
  private unread = 0;
  private live = false;
  private started = false;
  private ending = false;
  private closed = false;
  private stalledSince: number | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: EventStreamOptions,
  ) {
    response.on('drain', () => this.drain());
    response.on('close', () => {
      this.closed = true;
      this.queue = [];
      options.onClose();
    });
    response.on('error', () => undefined); // 'close' follows, and says all there is to say
  }

  get project(): string {
    return this.options.project;
  }

  /** True once the client has gone or everything was sent. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Writes the head, so that a client knows that it is being served. */
  start(): void {
    if (this.started || this.closed) return;
    this.begin(200, this.options.headers);
    this.response.write(RETRY);
  }

  /** From now on a backlog counts against the reader. */
  goLive(): void {
    this.live = true;
  }

  send(batch: FrameBatch): void {
    if (this.closed || this.ending) return;
    this.start();
    const { bytes } = batch;
    if (this.queue.length === 0 && this.response.writableLength < HIGH_WATER_BYTES) {
      this.response.write(bytes);
      return;
    }
    if (this.live) this.unread += bytes.length;
    if (this.unread > MAX_UNREAD_BYTES) return this.drop();
    this.queue.push(bytes);
  }

  /** A run that has ended and of which nothing is left to tell is answered with 204: an EventSource then stays away. */
  end(reason: EndReason): void {
    if (reason === 'ended' && !this.started && !this.closed) {
      this.begin(204, {});
      this.finish('');
    } else if (reason === 'failed') {
      const data = JSON.stringify({ error: 'this run cannot be read; its history is damaged' });
      this.finish(`event: error\ndata: ${data}\n\n`);
    } else {
      this.finish(reason === 'lost' ? RECONNECT : '');
    }
  }

  beat(now: number): void {
    if (this.closed) return;
    if (!this.ending && now - this.options.now > MAX_AGE_MS) return this.finish(': reconnect\n\n');
    if (!this.ending && this.response.writableLength === 0 && this.queue.length === 0) {
      this.stalledSince = undefined;
      this.response.write(KEEPALIVE);
      return;
    }
    this.stalledSince ??= now;
    if (now - this.stalledSince >= STALLED_MS) this.drop();
  }

  close(): void {
    this.finish(RECONNECT);
  }

  private finish(text: string): void {
    if (this.closed || this.ending) return;
    this.start();
    this.ending = true;
    if (this.queue.length > 0) this.queue.push(Buffer.from(text));
    else this.response.end(text);
  }

  private begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.started = true;
    this.options.onStart();
    this.response.writeHead(status, { ...SECURITY_HEADERS, ...headers });
  }

  private drain(): void {
    this.stalledSince = undefined;
    while (this.queue.length > 0 && this.response.writableLength < HIGH_WATER_BYTES) {
      const bytes = this.queue.shift();
      if (bytes) this.response.write(bytes);
    }
    if (this.queue.length > 0) return;
    this.unread = 0;
    if (this.ending) this.response.end();
  }

  private drop(): void {
    this.ending = true;
    this.queue = [];
    this.options.onDrop();
    this.response.destroy();
  }
}
