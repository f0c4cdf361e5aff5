import { newId } from '@runnel/ids';
import { startTestNats, type TestNats, waitFor } from '@runnel/testing';
import { connect, type NatsConnection } from 'nats';

import { connectRunLog } from './connect-run-log';
import { ConnectionWatch } from './connection-watch';
import { JetStreamApi } from './jetstream-api';
import { featuresOf } from './server-version';
import { streamName } from './subjects';
import { outputLine, PROJECT } from './testing/samples.contract';

let nats: TestNats;
let connection: NatsConnection;
let api: JetStreamApi;

beforeEach(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
  api = new JetStreamApi(connection, new ConnectionWatch(connection));
});
afterEach(async () => {
  await connection.close();
  await nats.stop();
});

describe('connectRunLog', () => {
  it('makes streams that keep everything and refuse rather than forget', async () => {
    const log = await connectRunLog({ connection, shards: 2, declaredSync: 'always' });
    const { config } = await api.streamInfo(streamName(1));
    expect(config).toMatchObject({
      subjects: ['run.1.*', 'out.1.*'],
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      max_age: 0,
      deny_delete: true,
      allow_direct: true,
    });
    expect(log.capabilities.durability).toBe('fsync');
    await log.close();
  });

  it('can be called by many processes at once', async () => {
    const logs = await Promise.all(
      Array.from({ length: 5 }, () => connectRunLog({ connection, shards: 3 })),
    );
    for (const log of logs) await log.close();
  });

  it('refuses another number of shards than the log was made with', async () => {
    await (await connectRunLog({ connection, shards: 2 })).close();
    for (const shards of [1, 4]) {
      await expect(connectRunLog({ connection, shards })).rejects.toThrow(
        `the log was made with 2 shards and RUNNEL_SHARDS says ${shards}`,
      );
    }
  });

  it('refuses a stream that would forget events', async () => {
    await (await connectRunLog({ connection, shards: 1 })).close();
    const { config } = await api.streamInfo(streamName(0));
    await api.updateStream({ ...config, max_age: 3_600_000_000_000 });
    await expect(connectRunLog({ connection, shards: 1 })).rejects.toThrow(/differs .* in max_age/);
  });

  it('refuses a stream of somebody else under its name', async () => {
    await api.createStream({ name: streamName(0), subjects: ['other'], storage: 'file' });
    await expect(connectRunLog({ connection, shards: 1 })).rejects.toThrow(/is not Runnel's/);
  });

  it('uses what the server can do, and has its streams say so', async () => {
    const log = await connectRunLog({ connection, shards: 1 });
    const { atomicBatches, messageTtl } = featuresOf(connection.info?.version ?? '');
    const { config } = await api.streamInfo(streamName(0));
    expect(log.capabilities).toMatchObject({ atomicBatches, messageTtl });
    expect(config['allow_atomic'] ?? false).toBe(atomicBatches);
    expect(config['allow_msg_ttl'] ?? false).toBe(messageTtl);
    await log.close();
  });

  it('adds batches and TTLs to a log that an older server made', async () => {
    const log = await connectRunLog({ connection, shards: 1 });
    await log.close();
    const { config } = await api.streamInfo(streamName(0));
    if (!log.capabilities.atomicBatches) return; // nothing to add on a server without them
    await api.updateStream({ ...config, allow_atomic: false });
    await (await connectRunLog({ connection, shards: 1 })).close();
    expect((await api.streamInfo(streamName(0))).config).toMatchObject({ allow_atomic: true });
  });

  it('says interval unless it was told of the sync or has three replicas', async () => {
    const log = await connectRunLog({ connection, shards: 1 });
    expect(log.capabilities.durability).toBe('interval');
    await log.close();
  });

  it('lets output expire where the server can, and counts subjects', async () => {
    const log = await connectRunLog({ connection, shards: 1, outputTtlSeconds: 1 });
    log.appendOutput(newId('run'), PROJECT, [outputLine(0)]);
    await waitFor(async () => (await log.subjectCount()) === 1, { what: 'the output' });
    if (log.capabilities.messageTtl) {
      await waitFor(async () => (await log.subjectCount()) === 0, { what: 'its end' });
    }
    expect(await log.lastSequence(0)).toBe(1);
    await log.close();
  });
});
