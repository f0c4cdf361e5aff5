import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { connect } from 'nats';

import { temporaryFolder } from './temporary-folder';
import { startTestNats } from './test-nats';

describe(startTestNats, () => {
  it('serves JetStream from 2.10 on', async () => {
    const nats = await startTestNats();
    const connection = await connect({ servers: nats.url });
    const account = await (await connection.jetstreamManager()).getAccountInfo();
    const [major = 0, minor = 0] = (connection.info?.version ?? '').split('.').map(Number);
    await connection.close();
    await nats.stop();
    expect(account.streams).toBe(0);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(210);
  });

  it('keeps what it acknowledged when it is killed and started again on the same port', async () => {
    const store = temporaryFolder('nats-store');
    const nats = await startTestNats({ fsync: true, storeDir: store.path });
    expect(readFileSync(join(store.path, 'nats.conf'), 'utf8')).toContain('sync_interval: always');
    const before = await connect({ servers: nats.url });
    await (await before.jetstreamManager()).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await before.jetstream().publish('kept.one', 'here');
    await before.close();

    await nats.kill('SIGKILL');
    expect(nats.pid()).toBeUndefined();
    await nats.restart();

    const after = await connect({ servers: nats.url });
    const message = await (await after.jetstreamManager()).streams.getMessage('KEPT', { seq: 1 });
    await after.close();
    await nats.stop();
    store.remove();
    expect(message.string()).toBe('here');
  });

  it('does not wait for the disk unless asked to', async () => {
    const store = temporaryFolder('nats-store');
    const nats = await startTestNats({ storeDir: store.path });
    await nats.stop();
    const configuration = readFileSync(join(store.path, 'nats.conf'), 'utf8');
    store.remove();
    expect(configuration).not.toContain('sync_interval');
  });
});
