import { isAppError } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';
import type { WebSocket } from 'ws';

import { BEGINNING, type Cursor } from '../feed/cursor';
import type { Frame } from '../feed/frame';
import type { FrameBatch } from '../feed/frame-batch';
import type { RunFeeds } from '../feed/run-feeds';
import type { Sink } from '../feed/sink';
import type { OpenStream } from '../open-streams';
import { readClientMessage } from './client-message';
import type { ProjectSink } from './project-feeds';

/** What a slow client may leave unread; then it is cut off, and can resume. */
const MAX_UNREAD_BYTES = 1_024 * 1_024;
const PING_MS = 30_000;
const PONG_WAIT_MS = 60_000;
const MAX_AGE_MS = 30 * 60_000;
const MAX_SUBSCRIPTIONS = 64;
/** Messages of a client between two heartbeats. */
const MAX_MESSAGES = 200;

/** Close codes of RFC 6455, 7.4.1. */
const GOING_AWAY = 1_001;
const POLICY_VIOLATION = 1_008;
const TRY_AGAIN_LATER = 1_013;

interface SessionOptions {
  readonly project: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly feeds: RunFeeds;
  readonly cursorOf: (runId: string, after: string) => Cursor;
  readonly logger: Logger;
  readonly onDrop: () => void;
}

/** One client of `/api/ws`: what happens in its project, and the runs it has asked to be told from a point on. */
export class SocketSession implements ProjectSink, OpenStream {
  private readonly subscriptions = new Map<string, () => void>();
  private messages = 0;
  private lastPing: number;
  private lastPong: number;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: SessionOptions,
  ) {
    this.lastPing = options.now;
    this.lastPong = options.now;
    socket.on('message', (data, isBinary) => {
      this.receive(isBinary ? '' : (data as Buffer).toString('utf8'));
    });
    socket.on('pong', () => (this.lastPong = this.lastPing));
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => {
      for (const leave of this.subscriptions.values()) leave();
      this.subscriptions.clear();
    });
  }

  get project(): string {
    return this.options.project;
  }

  /** News of the project; of a run that was subscribed to, its own feed tells. */
  tell(runId: string, frames: readonly Frame[]): void {
    if (this.subscriptions.has(runId)) return;
    for (const { text } of frames) this.write(text);
  }

  lost(): void {
    this.socket.close(TRY_AGAIN_LATER, 'the log cannot be followed; reconnect');
  }

  close(): void {
    this.socket.close(GOING_AWAY, 'this server is stopping; reconnect');
  }

  beat(now: number): void {
    this.messages = 0;
    if (now - this.options.now > MAX_AGE_MS) return this.socket.close(GOING_AWAY, 'reconnect');
    if (now - this.lastPong > PING_MS + PONG_WAIT_MS) return this.socket.terminate();
    if (now - this.lastPing < PING_MS) return;
    this.lastPing = now;
    this.socket.ping();
  }

  /** Tells a run from `after` (a `seq` of it), or from its beginning, and then live. Errors are told to the client. */
  async subscribe(runId: string, after: string | undefined): Promise<void> {
    if (this.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return this.complain('TOO_MANY_SUBSCRIPTIONS', 'unsubscribe from a run first', runId);
    }
    this.unsubscribe(runId);
    let leave = (): void => undefined;
    const subscription = (): void => leave();
    this.subscriptions.set(runId, subscription);
    const sink: Sink = {
      send: (batch: FrameBatch) => batch.frames.forEach(({ text }) => this.write(text)),
      end: () => this.lost(),
    };
    try {
      const cursor = after === undefined ? BEGINNING : this.options.cursorOf(runId, after);
      const { project } = this.options;
      leave = await this.options.feeds.watch({ runId, project, cursor, sink });
      if (this.subscriptions.get(runId) !== subscription) leave();
    } catch (error) {
      if (this.subscriptions.get(runId) === subscription) this.subscriptions.delete(runId);
      this.explain(error, runId);
    }
  }

  private unsubscribe(runId: string): void {
    this.subscriptions.get(runId)?.();
    this.subscriptions.delete(runId);
  }

  private receive(text: string): void {
    this.messages += 1;
    if (this.messages > MAX_MESSAGES) {
      return this.socket.close(POLICY_VIOLATION, 'too many messages');
    }
    const message = readClientMessage(text);
    if (message?.type === 'subscribe') void this.subscribe(message.runId, message.after);
    else if (message) this.unsubscribe(message.runId);
    else this.complain('INVALID_MESSAGE', 'expected {"type":"subscribe","runId":...,"after":...}');
  }

  private explain(error: unknown, runId: string): void {
    if (isAppError(error)) return this.complain(error.code, error.message, runId);
    this.options.logger.error({ err: error, runId }, 'a subscription failed');
    this.complain('INTERNAL', 'internal server error', runId);
  }

  private complain(code: string, message: string, runId?: string): void {
    this.write(JSON.stringify({ type: 'error', code, message, run_id: runId }));
  }

  private write(text: string): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.options.onDrop();
      return socket.terminate();
    }
    socket.send(text);
  }
}
