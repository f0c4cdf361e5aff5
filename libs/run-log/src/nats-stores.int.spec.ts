import { startTestNats, type TestNats, waitFor } from '@runnel/testing';
import { connect, type NatsConnection } from 'nats';

import { ConnectionWatch } from './connection-watch';
import { JetStreamApi } from './jetstream-api';
import { connectIdempotencyKeys } from './nats-idempotency-keys';
import { connectPayloadStore } from './nats-payload-store';
import { connectWorkQueue } from './nats-work-queue';
import { featuresOf } from './server-version';
import { IDEMPOTENCY_STREAM, WORK_STREAM } from './subjects';
import { describeIdempotencyKeys } from './testing/idempotency-keys.contract';
import { describePayloadStore } from './testing/payload-store.contract';
import { describeWorkQueue } from './testing/work-queue.contract';

let nats: TestNats;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connect({
    servers: nats.url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

describeIdempotencyKeys('NATS', (now) => connectIdempotencyKeys({ connection, now }));
describePayloadStore('NATS', () => connectPayloadStore({ connection }));
describeWorkQueue('NATS', async () => {
  const manager = await connection.jetstreamManager();
  await manager.streams.delete(WORK_STREAM).catch(() => false);
  return connectWorkQueue({ connection });
});

describe('idempotency keys on NATS', () => {
  it('are gone from the server when their time is over, where it can', async () => {
    const keys = await connectIdempotencyKeys({ connection });
    const api = new JetStreamApi(connection, new ConnectionWatch(connection));
    const before = (await api.streamInfo(IDEMPOTENCY_STREAM)).state.messages;
    await keys.reserve('scope', 'short', 'run_1', 1);
    if (featuresOf(connection.info?.version ?? '').messageTtl) {
      await waitFor(
        async () => (await api.streamInfo(IDEMPOTENCY_STREAM)).state.messages === before,
        { what: 'the key to expire' },
      );
    }
    keys.close();
  });
});

describe('the dispatch queue on NATS', () => {
  it('hands out again what was not settled in time, unless it is said to be worked on', async () => {
    const queue = await connectWorkQueue({ connection, ackWaitSeconds: 1 });
    await queue.publish('wait', 'default', Buffer.from('slow'));
    await queue.publish('wait', 'default', Buffer.from('lost'));
    const seen: [string, boolean][] = [];
    const consumer = await queue.consume(
      'wait',
      (item) => {
        const text = Buffer.from(item.data).toString('utf8');
        seen.push([text, item.redelivered]);
        if (item.redelivered) return item.ack();
        if (text !== 'slow') return undefined;
        const beat = setInterval(() => item.working(), 300);
        setTimeout(() => {
          clearInterval(beat);
          item.ack();
        }, 2_000);
      },
      { maxItems: 10 },
    );
    await waitFor(async () => (await queue.depth()) === 0, { what: 'both to be done' });
    expect(seen).toEqual([
      ['slow', false],
      ['lost', false],
      ['lost', true],
    ]);
    await consumer.stop();
    await queue.close();
  });

  it('says by its time of birth that it was lost, and its consumers go on after a refill', async () => {
    const queue = await connectWorkQueue({ connection });
    const { createdAt } = await queue.ensure();
    expect(await queue.ensure()).toEqual({ createdAt });
    const taken: string[] = [];
    await queue.consume(
      'graph',
      (item) => {
        taken.push(Buffer.from(item.data).toString('utf8'));
        item.ack();
      },
      { maxItems: 10 },
    );
    await queue.publish('graph', 'default', Buffer.from('first'));
    await waitFor(() => taken.length === 1, { what: 'the first item' });
    await nats.kill('SIGKILL');
    await nats.restart();
    const after = await waitFor(() => queue.ensure(), { what: 'the queue to be back' });
    expect(after.createdAt).not.toBe(createdAt);
    await queue.publish('graph', 'default', Buffer.from('refilled'));
    await waitFor(() => taken.length === 2, { what: 'the refilled item', timeoutMs: 4_000 });
    expect(taken).toEqual(['first', 'refilled']);
    await queue.close();
  });

  it('refuses what it has no room for', async () => {
    const manager = await connection.jetstreamManager();
    await manager.streams.delete(WORK_STREAM);
    const queue = await connectWorkQueue({ connection, maxBytes: 10_000 });
    const publish = (): Promise<void> => queue.publish('graph', 'full', Buffer.alloc(4_000));
    await publish();
    await publish();
    await expect(publish()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await queue.close();
  });
});
