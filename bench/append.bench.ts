import { newId } from '@runnel/ids';
import { connectNats } from '@runnel/messaging';
import { type Commit, commitOf } from '@runnel/run-domain';
import { connectRunLog, type RunLog } from '@runnel/run-log';
import type { NatsConnection } from 'nats';

import { startBenchNats } from './bench-nats';
import { percentile } from './percentile';
import { RawPublisher } from './raw-publisher';
import type { BenchReport, BenchRow } from './report';

const IN_FLIGHT = [1, 32, 256] as const;
const SHARDS = 4;
const ROUNDS = 3;
const ROUND_MS = 1_500;
const WARM_UP_MS = 1_000;
/** Messages of a raw batch at most, as the issue sets the floor. */
const BATCH = 200;

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** One way of storing commits: resolves when `count` of them are acknowledged. */
interface Way {
  readonly name: string;
  readonly count: number;
  store(): Promise<unknown>;
}

/**
 * Appends through the log against raw JetStream publishes of the same bytes in the same run. The floor is the
 * better of raw pipelined singles with an expectation and raw atomic batches, with as many commits in flight;
 * once on one stream and once on as many as the log has shards.
 */
export async function runAppendBench(): Promise<BenchReport> {
  const nats = await startBenchNats();
  const connection = await connectNats(nats.url, 'bench-append');
  try {
    const rows: BenchRow[] = [];
    let durability = '';
    const single = await prepare(connection, 1);
    for (const inFlight of IN_FLIGHT) rows.push(...(await compare(single, inFlight)));
    durability = single.log.capabilities.durability;
    await single.log.close();
    await forget(connection, 1);
    const sharded = await prepare(connection, SHARDS);
    rows.push(...(await compare(sharded, 256)));
    await sharded.log.close();
    return { name: 'append, one commit of about 600 bytes', durability, rows };
  } finally {
    await connection.close();
    await nats.stop();
  }
}

interface Bench {
  readonly log: RunLog;
  readonly raw: RawPublisher;
  readonly shards: number;
}

async function prepare(connection: NatsConnection, shards: number): Promise<Bench> {
  const raw = new RawPublisher(connection);
  for (let k = 0; k < shards; k += 1) {
    await raw.makeStream(`RAW_${shards}_${k}`, `raw.${shards}.${k}.*`);
  }
  const log = await connectRunLog({ connection, shards, declaredSync: 'always' });
  const bench = { log, raw, shards };
  for (const way of waysOf(bench, 32)) await measure(way, 32, WARM_UP_MS);
  return bench;
}

/** The number of shards is fixed at first start, so the log is made anew for another. */
async function forget(connection: NatsConnection, shards: number): Promise<void> {
  const manager = await connection.jetstreamManager();
  for (let k = 0; k < shards; k += 1) await manager.streams.delete(`RUNS_${k}`);
}

async function compare(bench: Bench, inFlight: number): Promise<BenchRow[]> {
  const ways = waysOf(bench, inFlight);
  const measured = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ways) {
      measured.get(way.name)?.push(await measure(way, inFlight, ROUND_MS));
    }
  }
  const middle = (name: string): Measured => median(measured.get(name) ?? []);
  const [log, singles, batches] = [middle('log'), middle('singles'), middle('batches')];
  const floor = batches.perSecond > singles.perSecond ? batches : singles;
  const label = `${bench.shards} ${bench.shards === 1 ? 'stream' : 'streams'}, ${inFlight} in flight`;
  return [
    {
      label: `${label}, rate`,
      value: log.perSecond,
      unit: 'commits/s',
      floor: floor.perSecond,
      ratio: log.perSecond / floor.perSecond,
    },
    { label: `${label}, p50`, value: log.p50, unit: 'ms', floor: floor.p50 },
    { label: `${label}, p99`, value: log.p99, unit: 'ms', floor: floor.p99 },
  ];
}

function waysOf({ log, raw, shards }: Bench, inFlight: number): Way[] {
  let turn = 0;
  const subject = (k: number): string => `raw.${shards}.${k}.${newId('run')}`;
  const size = Math.max(1, Math.min(BATCH, Math.floor(inFlight / shards)));
  const next = (): number => (turn += 1) % shards;
  const ways: Way[] = [
    { name: 'log', count: 1, store: () => log.append(newId('run'), 0, sample()) },
    { name: 'singles', count: 1, store: () => raw.single(subject(next()), bytes()) },
    {
      name: 'batches',
      count: size,
      store: () => {
        const k = next();
        return raw.batch(
          Array.from({ length: size }, () => subject(k)),
          bytes,
        );
      },
    },
  ];
  // A server without batches would store their messages one by one and say nothing.
  return ways.filter(({ name }) => name !== 'batches' || log.capabilities.atomicBatches);
}

async function measure(way: Way, inFlight: number, ms: number): Promise<Measured> {
  const latencies: number[] = [];
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      const sent = performance.now();
      await way.store();
      latencies.push(performance.now() - sent);
    }
  };
  const workers = Math.max(1, Math.round(inFlight / way.count));
  await Promise.all(Array.from({ length: workers }, worker));
  const seconds = (performance.now() - start) / 1_000;
  return {
    perSecond: (latencies.length * way.count) / seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

function median(rounds: readonly Measured[]): Measured {
  const sorted = [...rounds].sort((a, b) => a.perSecond - b.perSecond);
  return sorted[Math.floor(sorted.length / 2)] ?? { perSecond: NaN, p50: NaN, p99: NaN };
}

function bytes(): Uint8Array {
  return Buffer.from(JSON.stringify(sample()), 'utf8');
}

/** What an executor appends at the end of a small graph, in size. */
function sample(): Commit {
  return commitOf({
    commandId: newId('command'),
    project: 'prj_01jzk5m8v2f3qtc6x9w4d7yhna',
    actor: { kind: 'service', id: 'executor' },
    at: new Date().toISOString(),
    events: [{ type: 'RunAnnotated', data: { metadata: { note: 'x'.repeat(300) } } }],
  });
}
