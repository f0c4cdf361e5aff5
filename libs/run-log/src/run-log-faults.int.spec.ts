import { isAppError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { startTestNats, type TestNats, waitFor } from '@runnel/testing';
import { connect, createInbox, type NatsConnection } from 'nats';

import { connectRunLog, type ConnectRunLogOptions } from './connect-run-log';
import { ConnectionWatch } from './connection-watch';
import { JetStreamApi } from './jetstream-api';
import type { JetStreamRunLog } from './jetstream-run-log';
import type { LogEntry } from './run-log.port';
import { streamName } from './subjects';
import { follow, range, runIdsOf, sequences } from './testing/run-log.contract';
import { annotated, commit, outputLine, PROJECT } from './testing/samples.contract';

interface Opened {
  readonly log: JetStreamRunLog;
  readonly connection: NatsConnection;
  readonly close: () => Promise<void>;
}

const SHARDS = 2;
let nats: TestNats;
/** What a failing test leaves open would keep the runner from ending. */
const opened: Opened[] = [];

beforeEach(async () => {
  nats = await startTestNats({ fsync: true });
});
afterEach(async () => {
  for (const { connection } of opened.splice(0)) await connection.close();
  await nats.stop();
});

async function open(options: Partial<ConnectRunLogOptions> = {}): Promise<Opened> {
  const connection = await connect({
    servers: nats.url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    reconnectJitter: 10,
  });
  const log = await connectRunLog({ connection, shards: SHARDS, ...options });
  const close = async (): Promise<void> => {
    await log.close();
    await connection.close();
  };
  opened.push({ log, connection, close });
  return { log, connection, close };
}

interface Recorded {
  readonly runId: string;
  readonly commandId: string;
  readonly expected: number;
  readonly outcome: number | 'unavailable' | 'conflict';
}

/** Appends chains of commits until told to stop; says what it was told of each. */
function load(log: JetStreamRunLog, inFlight: number): { stop: () => Promise<Recorded[]> } {
  const records: Recorded[] = [];
  let stopped = false;
  const chain = async (): Promise<void> => {
    let runId = newId('run');
    let expected = 0;
    for (let length = 0; !stopped; length += 1) {
      const commandId = newId('command');
      const outcome = await log
        .append(runId, expected, commit(expected === 0 ? undefined : annotated('n'), commandId))
        .then(
          ({ seq }) => seq,
          (error: unknown) => (isAppError(error, 'UNAVAILABLE') ? 'unavailable' : 'conflict'),
        );
      records.push({ runId, commandId, expected, outcome });
      const goOn = typeof outcome === 'number' && length % 4 < 3;
      if (!goOn) runId = newId('run');
      expected = goOn ? outcome : 0;
    }
  };
  const chains = Promise.all(Array.from({ length: inFlight }, chain));
  return {
    stop: async () => {
      stopped = true;
      await chains;
      return records;
    },
  };
}

/** Every commit that the log holds, by command id. */
async function everything(log: JetStreamRunLog): Promise<Map<string, LogEntry[]>> {
  const found = new Map<string, LogEntry[]>();
  for (let shard = 0; shard < log.shards; shard += 1) {
    const last = await log.lastSequence(shard);
    const stopped = new AbortController();
    const entries = follow(log, shard, 0, stopped.signal);
    await waitFor(() => last === 0 || entries.at(-1)?.position.seq === last, {
      what: 'all entries',
    });
    stopped.abort();
    for (const entry of entries) {
      if (entry.kind !== 'commit') continue;
      const { commandId } = entry.commit;
      found.set(commandId, [...(found.get(commandId) ?? []), entry]);
    }
  }
  return found;
}

/** Throws unless the log holds what the appenders were told, once. */
function expectTruth(records: readonly Recorded[], stored: Map<string, LogEntry[]>): void {
  for (const { commandId, outcome } of records) {
    const copies = stored.get(commandId) ?? [];
    expect(copies.length).toBeLessThanOrEqual(1);
    if (typeof outcome === 'number') expect(copies[0]?.position.seq).toBe(outcome);
    if (outcome === 'conflict') expect(copies).toEqual([]);
  }
}

describe.each([
  ['with batches', {}],
  ['one by one', { batches: false }],
])('a log whose server is killed under load (%s)', (_name, options) => {
  it('holds every acknowledged commit once, resolves the doubtful ones, and its tails go on gapless', async () => {
    const { log, close } = await open(options);
    const stopped = new AbortController();
    const tails = range(0, SHARDS - 1).map((shard) => follow(log, shard, 0, stopped.signal));
    const running = load(log, 64);
    for (let kill = 0; kill < 2; kill += 1) {
      const before = log.stats().appends;
      await waitFor(() => log.stats().appends > before + 300, { what: 'appends' });
      await nats.kill('SIGKILL');
      await nats.restart();
    }
    const before = log.stats().appends;
    await waitFor(() => log.stats().appends > before + 300, { what: 'appends after the restart' });
    const records = await running.stop();

    expect(records.filter(({ outcome }) => typeof outcome === 'number').length).toBeGreaterThan(
      900,
    );
    expect(records.filter(({ outcome }) => outcome === 'conflict')).toEqual([]);
    expect(log.stats().unknowns).toBeGreaterThan(0);
    expectTruth(records, await everything(log));
    for (const [shard, entries] of tails.entries()) {
      const last = await log.lastSequence(shard);
      await waitFor(() => entries.at(-1)?.position.seq === last, { what: 'the tail to catch up' });
      expect(sequences(entries)).toEqual(range(1, last));
    }
    stopped.abort();
    await close();
  });
});

describe('a log whose server is away', () => {
  it('refuses an append after a bounded wait with a code that means try again', async () => {
    const { log, close } = await open({ appendTimeoutMs: 400 });
    await nats.kill('SIGKILL');
    const started = performance.now();
    await expect(log.append(newId('run'), 0, commit())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { retryAfterSeconds: 1 },
    });
    expect(performance.now() - started).toBeLessThan(3_000);
    await close();
  });

  it('holds what it has accepted, refuses more than it may hold, and stores it when the server is back', async () => {
    const { log, close } = await open({ maxWaiting: 50 });
    await nats.kill('SIGKILL');
    const runIds = Array.from({ length: 50 }, () => newId('run'));
    const accepted = Promise.all(runIds.map((runId) => log.append(runId, 0, commit())));
    await expect(log.append(newId('run'), 0, commit())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: '50 appends wait for the log already: try again later',
    });
    await nats.restart();
    expect(await accepted).toHaveLength(50);
    expect(log.stats().waiting).toBe(0);
    await close();
  });

  it('stores output when the server is back in time', async () => {
    const { log, close } = await open();
    const runId = newId('run');
    await nats.kill('SIGKILL');
    log.appendOutput(runId, PROJECT, [outputLine(0)]);
    await nats.restart();
    const stopped = new AbortController();
    const entries = follow(log, log.shardOf(runId), 0, stopped.signal);
    await waitFor(() => entries.length > 0, { what: 'the output' });
    stopped.abort();
    expect(entries[0]).toMatchObject({ kind: 'output', runId, lines: [outputLine(0)] });
    await close();
  });

  it('drops output that cannot be stored in time, counts it, and goes on', async () => {
    const { log, close } = await open({ outputGiveUpMs: 200 });
    await nats.kill('SIGKILL');
    log.appendOutput(newId('run'), PROJECT, [outputLine(0), outputLine(1)]);
    await waitFor(() => log.stats().droppedOutputLines === 2, { what: 'two dropped lines' });
    await nats.restart();
    await log.append(newId('run'), 0, commit());
    await close();
  });
});

describe('a log whose server does not answer', () => {
  it('looks up what became of an append, and stores it once', async () => {
    const { log, close } = await open({ ackTimeoutMs: 300 });
    const runId = newId('run');
    await nats.kill('SIGSTOP');
    const appending = log.append(runId, 0, commit());
    await waitFor(() => log.stats().unknowns > 0, { what: 'the doubt' });
    await nats.kill('SIGCONT');
    const { seq } = await appending;
    expect((await log.history(runId)).commits.map(({ position }) => position.seq)).toEqual([seq]);
    await close();
  });

  it('tries again to store output, keeping the numbers of its lines', async () => {
    const { log, close } = await open({ ackTimeoutMs: 300 });
    const runId = newId('run');
    await nats.kill('SIGSTOP');
    log.appendOutput(runId, PROJECT, [outputLine(7)]);
    const stopped = new AbortController();
    const appending = log.append(runId, 0, commit());
    await waitFor(() => log.stats().unknowns > 0, { what: 'the doubt' });
    await nats.kill('SIGCONT');
    await appending;
    const entries = follow(log, log.shardOf(runId), 0, stopped.signal);
    const output = await waitFor(() => entries.find(({ kind }) => kind === 'output'), {
      what: 'the output',
    });
    expect(output).toMatchObject({ lines: [outputLine(7)] });
    expect(log.stats().droppedOutputLines).toBe(0);
    stopped.abort();
    await close();
  });

  it('gives up after a bounded wait and says that the outcome is not known', async () => {
    const { log, close } = await open({ ackTimeoutMs: 200, appendTimeoutMs: 600 });
    await nats.kill('SIGSTOP');
    const started = performance.now();
    const appending = log.append(newId('run'), 0, commit());
    await expect(appending).rejects.toThrow(/is stored is not known/);
    expect(performance.now() - started).toBeLessThan(4_000);
    await nats.kill('SIGCONT');
    await close();
  });
});

describe('a crowd of appends', () => {
  it('in which a run appears twice does not break its batch', async () => {
    const { log, close } = await open();
    const runIds = runIdsOf(log, 0, 40);
    const twice = [...runIds, runIds[7] as string];
    const results = await Promise.allSettled(twice.map((runId) => log.append(runId, 0, commit())));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(results[7]?.status).toBe('fulfilled');
    expect(log.stats().brokenBatches).toBe(0);
    await close();
  });
});

describe('several processes on one shard', () => {
  it('do not harm each other: batches and singles of three writers are all stored once, in order', async () => {
    const writers = [await open({ batchFrom: 2 }), await open(), await open({ batches: false })];
    const [first] = writers as [Opened];
    const stopped = new AbortController();
    const entries = follow(first.log, 0, 0, stopped.signal);
    const acknowledged = await Promise.all(
      writers.map(({ log }) => {
        const runIds = runIdsOf(log, 0, 300);
        return Promise.all(runIds.map((runId) => log.append(runId, 0, commit())));
      }),
    );
    const all = acknowledged.flat().map(({ seq }) => seq);
    expect([...all].sort((a, b) => a - b)).toEqual(range(1, 900));
    const { atomicBatches } = first.log.capabilities;
    expect(first.log.stats().batches > 0).toBe(atomicBatches);
    expect(first.log.stats().brokenBatches).toBe(0);
    await waitFor(() => entries.length === 900, { what: 'the tail' });
    expect(sequences(entries)).toEqual(range(1, 900));
    stopped.abort();
    for (const { close } of writers) await close();
  });

  it('that race for the same 100 runs in batches make each run once', async () => {
    const writers = [await open({ batchFrom: 2 }), await open({ batchFrom: 2 })] as [
      Opened,
      Opened,
    ];
    const runIds = runIdsOf(writers[0].log, 0, 100);
    const results = await Promise.all(
      writers.map(({ log }) =>
        Promise.allSettled(runIds.map((runId) => log.append(runId, 0, commit()))),
      ),
    );
    runIds.forEach((_, n) => {
      const outcomes = results.map((of) => of[n]?.status);
      expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(1);
    });
    expect(await writers[0].log.lastSequence(0)).toBe(100);
    for (const { close } of writers) await close();
  });
});

describe('a tail', () => {
  it('goes on when its consumer is deleted behind its back', async () => {
    const { log, connection, close } = await open({ heartbeatMs: 200 });
    const api = new JetStreamApi(connection, new ConnectionWatch(connection));
    const stopped = new AbortController();
    const entries = follow(log, 0, 0, stopped.signal);
    const [one, two] = runIdsOf(log, 0, 2) as [string, string];
    await log.append(one, 0, commit());
    await waitFor(() => entries.length === 1, { what: 'the first entry' });
    const consumers = await connection
      .jetstreamManager()
      .then((manager) => manager.consumers.list(streamName(0)).next());
    expect(consumers).toHaveLength(1);
    for (const { name } of consumers) await api.deleteConsumer(streamName(0), name);
    await log.append(two, 0, commit());
    await waitFor(() => entries.length === 2, { what: 'the second entry' });
    expect(sequences(entries)).toEqual([1, 2]);
    stopped.abort();
    await close();
  });

  it('notices a message that was lost on the way to it, and reads it again', async () => {
    const { log, connection, close } = await open();
    const stopped = new AbortController();
    const entries = follow(log, 0, 0, stopped.signal);
    const runIds = runIdsOf(log, 0, 31);
    await log.append(runIds[0] as string, 0, commit());
    await waitFor(() => entries.length === 1, { what: 'the first entry' });
    const manager = await connection.jetstreamManager();
    const [consumer] = await manager.consumers.list(streamName(0)).next();
    let stolen = 0;
    const thief = createInbox();
    connection.subscribe(thief, { callback: () => (stolen += 1) });
    const next = `$JS.API.CONSUMER.MSG.NEXT.${streamName(0)}.${consumer?.name}`;
    connection.publish(next, JSON.stringify({ batch: 5 }), { reply: thief });
    await Promise.all(runIds.slice(1).map((runId) => log.append(runId, 0, commit())));
    await waitFor(() => entries.length === 31, { what: 'all entries' });
    expect(stolen).toBeGreaterThan(0);
    expect(sequences(entries)).toEqual(range(1, 31));
    stopped.abort();
    await close();
  });

  it('leaves no consumer behind when it ends', async () => {
    const { log, connection, close } = await open();
    const stopped = new AbortController();
    const entries = follow(log, 0, 0, stopped.signal);
    await log.append(runIdsOf(log, 0, 1)[0] as string, 0, commit());
    await waitFor(() => entries.length === 1, { what: 'the entry' });
    stopped.abort();
    const manager = await connection.jetstreamManager();
    await waitFor(async () => (await manager.consumers.list(streamName(0)).next()).length === 0, {
      what: 'no consumer',
    });
    await close();
  });

  it('refuses a position that is ahead of the log: entries were lost', async () => {
    const { log, close } = await open();
    const options = { after: 5, output: true, signal: new AbortController().signal };
    const reading = (async () => {
      for await (const batch of log.tail(0, options)) void batch;
    })();
    await expect(reading).rejects.toThrow(/the log has lost entries/);
    await close();
  });
});
