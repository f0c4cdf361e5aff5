import { waitFor } from '@runnel/testing';

import { clock, SchedulerServers } from '../testing/scheduler-servers.contract';
import { ShardOwner } from './shard-owner';

let servers: SchedulerServers;
beforeAll(async () => {
  servers = await SchedulerServers.start();
}, 60_000);
afterEach(() => servers.stopOwners());
afterAll(() => servers.stop());

function owns(owner: ShardOwner): Promise<unknown> {
  return waitFor(() => owner.scheduler, { what: 'the shard to be owned', timeoutMs: 20_000 });
}

/** The owner has folded what is in the log. */
async function followed(owner: ShardOwner): Promise<void> {
  const last = await servers.log.lastSequence(0);
  await waitFor(() => (owner.scheduler?.runs.seq ?? 0) >= last, { what: 'the log to be folded' });
}

async function storedUpToNow(): Promise<readonly string[]> {
  const last = await servers.log.lastSequence(0);
  const stored = await waitFor(() => servers.stored(), {
    what: 'the snapshot',
    until: ({ seq }) => seq >= last,
  });
  return stored.runIds;
}

const asked = { firstAttempt: 1, scheduledAt: '2999-01-01T00:00:00.000Z' };

describe(ShardOwner, () => {
  it('owns alone, and another goes on from its snapshot when it stops', async () => {
    const first = servers.owner();
    await owns(first);
    const second = servers.owner();
    const kept = await servers.request(asked);
    const ended = await servers.request(asked);
    await servers.command(ended, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
    await followed(first);
    expect(second.scheduler).toBeUndefined();
    await first.stop();
    expect(await storedUpToNow()).toEqual([kept]);
    await owns(second);
    expect(second.scheduler?.runs.get(kept)?.state.status).toBe('delayed');
    expect(second.scheduler?.runs.get(ended)).toBeUndefined();
    expect(first.scheduler).toBeUndefined();
    await servers.command(kept, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
  });

  it('a run that is replayed within one snapshot is known to the next owner', async () => {
    const first = servers.owner();
    await owns(first);
    const now = clock.iso();
    const runId = await servers.request({
      policy: {
        maxAttempts: 1,
        retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
        timeout: { ms: 30_000, scope: 'run' },
        maxCrashesWithoutProgress: 3,
        deadLetterFrom: 1,
      },
    });
    expect(await storedUpToNow()).toEqual([runId]);
    await servers.command(runId, { type: 'StartAttempt', now, executor: 'exe_1' });
    await servers.command(runId, {
      type: 'FailAttempt',
      now,
      attempt: 1,
      reason: 'error',
      error: { type: 'Error', message: 'zero \0, half \ud800' },
      random: 0,
    });
    await servers.command(runId, { type: 'ReplayDeadLetter', now });
    await followed(first);
    await first.stop();
    const second = servers.owner();
    await owns(second);
    expect(second.scheduler?.runs.get(runId)?.state.status).toBe('queued');
    await servers.command(runId, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
  });

  it('stores a run that waits to be tried again after an error with odd text, and holds the shard', async () => {
    const owner = servers.owner();
    await owns(owner);
    const { scheduler } = owner;
    const now = clock.iso();
    const runId = await servers.request();
    await servers.command(runId, { type: 'StartAttempt', now, executor: 'exe_1' });
    await servers.command(runId, {
      type: 'FailAttempt',
      now,
      attempt: 1,
      reason: 'error',
      error: { type: 'Error', message: 'zero \0, half \ud800', nodeId: '\udbff' },
      random: 0,
    });
    expect(await storedUpToNow()).toEqual([runId]);
    expect(owner.scheduler).toBe(scheduler);
    await servers.command(runId, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
  });

  it('gives the shard up when the connection that holds its lock dies, and it is taken again', async () => {
    const owner = servers.owner();
    await owns(owner);
    const { scheduler } = owner;
    await servers.source.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scheduler-shard-0'`,
    );
    await waitFor(() => owner.scheduler !== undefined && owner.scheduler !== scheduler, {
      what: 'the shard to be taken anew',
      timeoutMs: 20_000,
    });
  });

  it('gives the shard up when somebody else has moved its snapshot', async () => {
    const owner = servers.owner();
    await owns(owner);
    const { scheduler } = owner;
    const runId = await servers.request(asked);
    await storedUpToNow();
    await servers.source.query('UPDATE scheduler.shard_position SET seq = seq - 1');
    await servers.command(runId, { type: 'CancelRun', now: clock.iso(), reason: 'enough' });
    await waitFor(() => owner.scheduler !== undefined && owner.scheduler !== scheduler, {
      what: 'the shard to be taken anew',
      timeoutMs: 20_000,
    });
    expect(await storedUpToNow()).toEqual([]);
  });
});
