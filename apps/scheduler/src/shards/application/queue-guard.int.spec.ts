import { createLogger } from '@runnel/telemetry';
import type { WorkItem } from '@runnel/run-log';
import { waitFor } from '@runnel/testing';

import { SchedulerServers } from '../testing/scheduler-servers.contract';
import { QueueGuard } from './queue-guard';
import type { ShardOwner } from './shard-owner';

let servers: SchedulerServers;
let owner: ShardOwner;
let guard: QueueGuard;

beforeAll(async () => {
  servers = await SchedulerServers.start();
  owner = servers.owner();
  guard = new QueueGuard(servers.queue, [owner], createLogger('scheduler', 'silent'));
  await waitFor(() => owner.scheduler, { what: 'the shard to be owned', timeoutMs: 20_000 });
}, 60_000);
afterAll(() => servers.stop());

async function offer(): Promise<string> {
  const runId = await servers.request();
  await waitFor(async () => (await servers.queue.depth()) > 0, { what: 'the run to be offered' });
  return runId;
}

/** Takes one item off the queue and gives its run's id. */
async function taken(): Promise<string> {
  const items: WorkItem[] = [];
  const consumer = await servers.queue.consume('graph', (item) => void items.push(item), {
    maxItems: 10,
  });
  const [item] = await waitFor(() => items, {
    what: 'a run on the queue',
    timeoutMs: 20_000,
    until: (list) => list.length > 0,
  });
  item?.ack();
  await consumer.stop();
  const { runId } = JSON.parse(Buffer.from(item?.data ?? '').toString()) as { runId: string };
  owner.scheduler?.dispatcher.remove(runId);
  return runId;
}

describe(QueueGuard, () => {
  it('leaves a queue alone that holds what was offered', async () => {
    const runId = await offer();
    for (let look = 0; look < 5; look += 1) await guard.look();
    expect(await servers.queue.depth()).toBe(1);
    expect(await taken()).toBe(runId);
  });

  it('offers again what a restarted server has forgotten', async () => {
    const runId = await offer();
    await guard.look();
    await servers.nats.restart();
    await waitFor(
      async () => {
        await guard.look();
        return (await servers.queue.depth().catch(() => 0)) > 0;
      },
      { what: 'the run to be offered again', timeoutMs: 30_000 },
    );
    expect(await taken()).toBe(runId);
  });

  it('offers again what is missing from a queue that looks the same, after three looks', async () => {
    const runId = await offer();
    await guard.look();
    await servers.connection.request('$JS.API.STREAM.PURGE.WORK', '{}');
    await guard.look();
    await guard.look();
    expect(await servers.queue.depth()).toBe(0);
    await guard.look();
    await waitFor(async () => (await servers.queue.depth()) > 0, { what: 'the run on the queue' });
    expect(await taken()).toBe(runId);
  });
});
