import { createHash } from 'node:crypto';

import { UnavailableError } from '@runnel/errors';
import type { Msg, NatsConnection } from 'nats';

import { backoffMs, delay } from './backoff';
import { ConnectionWatch } from './connection-watch';
import {
  IDEMPOTENCY_TTL_SECONDS,
  IdempotencyKeys,
  MAX_IDEMPOTENCY_TTL_SECONDS,
  type Reservation,
} from './idempotency-keys.port';
import { JetStreamApi, JetStreamApiError } from './jetstream-api';
import { type PublishOutcome, readPublishAck } from './publish-outcome';
import { headerOf, statusOf, textOf } from './raw-headers';
import { ReplyInbox } from './reply-inbox';
import { featuresOf } from './server-version';
import { idempotencySubject, IDEMPOTENCY_STREAM, IDEMPOTENCY_SUBJECTS } from './subjects';

export interface IdempotencyKeysOptions {
  readonly connection: NatsConnection;
  /** Copies of the bucket. Default 1. */
  readonly replicas?: number;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

/** A key as it is stored; `expiresAt` in ms since the epoch, for servers without per-message TTLs. */
interface Held {
  readonly runId: string;
  readonly expiresAt: number;
  readonly seq: number;
}

const NANOS = 1_000_000_000;
const MAX_TRIES = 20;
const GIVE_UP_MS = 10_000;
const ACK_TIMEOUT_MS = 3_000;

/** Opens the bucket of idempotency keys, making it at the first start. Throws UnavailableError. */
export async function connectIdempotencyKeys(
  options: IdempotencyKeysOptions,
): Promise<IdempotencyKeys> {
  const { connection, replicas = 1, now = Date.now } = options;
  const watch = new ConnectionWatch(connection);
  const api = new JetStreamApi(connection, watch);
  const { messageTtl } = featuresOf(connection.info?.version ?? '');
  await createBucket(api, replicas, messageTtl);
  const inbox = new ReplyInbox(connection, watch, ACK_TIMEOUT_MS);
  return new NatsIdempotencyKeys(inbox, api, messageTtl, now);
}

/** A key-value bucket in all but the client: that one cannot let single keys expire. */
async function createBucket(api: JetStreamApi, replicas: number, ttl: boolean): Promise<void> {
  const maxAge = ttl ? MAX_IDEMPOTENCY_TTL_SECONDS : IDEMPOTENCY_TTL_SECONDS;
  const config = {
    name: IDEMPOTENCY_STREAM,
    subjects: [IDEMPOTENCY_SUBJECTS],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_msgs_per_subject: 1,
    max_age: maxAge * NANOS,
    allow_direct: true,
    allow_rollup_hdrs: true,
    num_replicas: replicas,
    ...(ttl ? { allow_msg_ttl: true } : {}),
  };
  try {
    await api.createStream(config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    await api.updateStream(config).catch((cause: unknown) => {
      throw new UnavailableError('nats', `nats-server refuses stream ${IDEMPOTENCY_STREAM}`, {
        cause,
      });
    });
  }
}

/** Keys in a key-value bucket, where a create is atomic. Names are hashed: a bucket's keys are restricted. */
class NatsIdempotencyKeys extends IdempotencyKeys {
  constructor(
    private readonly inbox: ReplyInbox,
    private readonly api: JetStreamApi,
    private readonly ttl: boolean,
    private readonly now: () => number,
  ) {
    super();
  }

  async reserve(
    scope: string,
    key: string,
    runId: string,
    ttlSeconds = IDEMPOTENCY_TTL_SECONDS,
  ): Promise<Reservation> {
    const subject = subjectOf(scope, key);
    const seconds = Math.min(Math.max(Math.ceil(ttlSeconds), 1), MAX_IDEMPOTENCY_TTL_SECONDS);
    let expected = 0; // nearly always the key is new: create first, read only when that fails
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (let tries = 1; tries <= MAX_TRIES && Date.now() < giveUpAt; tries += 1) {
      const outcome = await this.put(subject, runId, seconds, expected);
      if (outcome.kind === 'stored') return { runId, created: true };
      if (outcome.kind !== 'conflict') await delay(backoffMs(tries, 20, 1_000));
      const held = await this.read(subject);
      if (held && this.isAlive(held)) return { runId: held.runId, created: held.runId === runId };
      expected = held?.seq ?? 0;
    }
    throw unreachable();
  }

  async holder(scope: string, key: string): Promise<string | undefined> {
    const held = await this.read(subjectOf(scope, key));
    return held && this.isAlive(held) ? held.runId : undefined;
  }

  async release(scope: string, key: string, runId: string): Promise<void> {
    const held = await this.read(subjectOf(scope, key));
    if (held?.runId !== runId) return;
    try {
      await this.api.deleteMessage(IDEMPOTENCY_STREAM, held.seq); // by sequence: never a successor's
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error; // refused: it is gone already
    }
  }

  close(): void {
    this.inbox.close();
  }

  private isAlive(held: Held): boolean {
    return held.expiresAt > this.now();
  }

  private put(
    subject: string,
    runId: string,
    seconds: number,
    expected: number,
  ): Promise<PublishOutcome> {
    const value = JSON.stringify({ runId, expiresAt: this.now() + seconds * 1_000 });
    const lines =
      `Nats-Expected-Last-Subject-Sequence: ${expected}\r\n` +
      (this.ttl ? `Nats-TTL: ${seconds}s\r\n` : '');
    return new Promise((resolve) => {
      this.inbox.publish(subject, value, lines, {
        onReply: (message) => {
          resolve(readPublishAck(message));
          return true;
        },
        onLost: (reason) => resolve({ kind: 'unknown', reason }),
      });
    });
  }

  private async read(subject: string): Promise<Held | undefined> {
    const message = await this.ask(`$JS.API.DIRECT.GET.${IDEMPOTENCY_STREAM}.${subject}`);
    const status = statusOf(message);
    if (status === 404) return undefined;
    if (status >= 300) throw unreachable(new Error(`status ${status}`));
    const { runId, expiresAt } = JSON.parse(textOf(message)) as Omit<Held, 'seq'>;
    return { runId, expiresAt, seq: Number(headerOf(message, 'Nats-Sequence')) };
  }

  private async ask(subject: string): Promise<Msg> {
    try {
      return await this.inbox.request(subject, '');
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

function subjectOf(scope: string, key: string): string {
  const hash = createHash('sha256').update(`${scope.length}:${scope}:${key}`).digest('hex');
  return idempotencySubject(hash);
}

function unreachable(cause?: unknown): UnavailableError {
  return new UnavailableError('nats', 'the idempotency keys could not be reached: try again', {
    cause,
  });
}
