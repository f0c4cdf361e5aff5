import { startTestNats, type TestNats } from '@runnel/testing';
import { connect, type NatsConnection } from 'nats';

import { connectRunLog, type ConnectRunLogOptions } from './connect-run-log';
import { runSubject } from './subjects';
import { describeRunLog, type RunLogFixture } from './testing/run-log.contract';

let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

async function open(options: Partial<ConnectRunLogOptions> = {}): Promise<RunLogFixture> {
  const connection: NatsConnection = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
  const log = await connectRunLog({ connection, shards: 4, ...options });
  return {
    log,
    storeRaw: async (runId, text) => {
      await connection.jetstream().publish(runSubject(log.shardOf(runId), runId), text);
    },
    close: async () => {
      await log.close();
      await connection.close();
    },
  };
}

describeRunLog('JetStream', () => open());
describeRunLog('JetStream, one by one', () => open({ batches: false }));
describeRunLog('JetStream, batches of two on', () => open({ batchFrom: 2 }));
