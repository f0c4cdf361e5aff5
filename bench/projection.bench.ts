import { Secret } from '@runnel/config';
import { createDataSource, Database, migrate } from '@runnel/database';
import { ProjectionCatalog, ProjectionWatch, Projector } from '@runnel/projection';
import { createLogger, Metrics } from '@runnel/telemetry';

import { READ_MODELS } from '../apps/metrics/src/read-models';
import { METRICS_SCHEMA } from '../apps/metrics/src/schema';
import { startBenchPostgres } from './bench-postgres';
import { rawInsertFloor } from './raw-insert-floor';
import { RecordedLog, type RecordedMessage, recordRun } from './recorded-log';
import type { BenchReport, BenchRow } from './report';

const SHARDS = 4;
const RUNS = 15_000;
const WARM_UP_RUNS = 2_000;
const EVENTS_PER_RUN = 6;
const ROUNDS = 3;
const FULL_BATCH = 500;
/** About what a tenth of a second brings per shard at 1,000 runs a second. */
const LIVE_BATCH = 75;

type Shards = readonly (readonly RecordedMessage[])[];

/**
 * Folding a log into the read models against raw multi-row inserts of the same bytes, in alternating rounds: the run
 * list with its counters, every commit, every line of output. In catching up batches are full; live they are what
 * has come meanwhile; and runs that end in a later batch than they began in are updated, not inserted whole.
 */
export async function runProjectionBench(): Promise<BenchReport> {
  const postgres = await startBenchPostgres();
  try {
    const models = await prepare(postgres.url);
    const whole = record(RUNS, (run) => run);
    const torn = record(RUNS, tornApart);
    await project(
      models,
      record(WARM_UP_RUNS, (run) => run),
      FULL_BATCH,
    );
    const cases = [
      { label: 'catching up, batches of 500', shards: whole, batch: FULL_BATCH },
      { label: `live, batches of ${LIVE_BATCH}`, shards: whole, batch: LIVE_BATCH },
      { label: 'ends in a later batch', shards: torn, batch: FULL_BATCH },
    ];
    const rows: BenchRow[] = [];
    for (const { label, shards, batch } of cases)
      rows.push(await compare(models, label, shards, batch));
    await models.database.close();
    return {
      name: `projection, ${RUNS} runs of ${EVENTS_PER_RUN} events and a message of output`,
      durability:
        'fsync; rows and position in one transaction, commits not waited for on either side',
      rows,
    };
  } finally {
    await postgres.stop();
  }
}

interface Models {
  readonly url: string;
  readonly database: Database;
}

async function prepare(url: string): Promise<Models> {
  const source = createDataSource(new Secret(url), METRICS_SCHEMA, { applicationName: 'bench' });
  await migrate(source, METRICS_SCHEMA.schema);
  const database = new Database(source);
  await new ProjectionCatalog(database, METRICS_SCHEMA.schema, READ_MODELS).ensure();
  return { url, database };
}

/** The messages of so many runs, spread over the shards. */
function record(
  runs: number,
  arrange: (messages: readonly RecordedMessage[]) => readonly RecordedMessage[],
): Shards {
  const shards: RecordedMessage[][] = Array.from({ length: SHARDS }, () => []);
  for (let n = 0; n < runs; n += 1) shards[n % SHARDS]?.push(...recordRun(n));
  return shards.map(arrange);
}

/** All beginnings of 1,000 runs, then all their ends. */
function tornApart(messages: readonly RecordedMessage[]): readonly RecordedMessage[] {
  const torn: RecordedMessage[] = [];
  const perRun = 3;
  for (let from = 0; from < messages.length; from += 1_000 * perRun) {
    const part = messages.slice(from, from + 1_000 * perRun);
    for (let nth = 0; nth < perRun; nth += 1) {
      torn.push(...part.filter((_, index) => index % perRun === nth));
    }
  }
  return torn;
}

async function compare(
  models: Models,
  label: string,
  shards: Shards,
  batch: number,
): Promise<BenchRow> {
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(await rawInsertFloor(models.url, shards));
    ours.push(await project(models, shards, batch));
  }
  const events = RUNS * EVENTS_PER_RUN;
  const value = (events / median(ours)) * 1_000;
  const floor = (events / median(raw)) * 1_000;
  return { label, value, unit: 'events/s', floor, ratio: value / floor };
}

/** Milliseconds that projecting all of the shards takes, from empty tables. */
async function project(
  { url, database }: Models,
  shards: Shards,
  maxEntries: number,
): Promise<number> {
  for (const { tables } of READ_MODELS) {
    for (const table of tables) await database.rows(`TRUNCATE metrics.${table}_v1`);
  }
  await database.rows('UPDATE metrics.projection_position SET seq = 0');
  const watch = new ProjectionWatch(new Metrics('bench'), createLogger('bench', 'warn'));
  const finished = whenApplied(
    watch,
    shards.reduce((sum, messages) => sum + messages.length, 0),
  );
  const projector = new Projector({
    schema: METRICS_SCHEMA.schema,
    url: new Secret(url),
    projections: READ_MODELS,
    runLog: new RecordedLog(shards),
    watch,
    limits: { maxEntries, intervalMs: 0 },
  });
  const started = performance.now();
  projector.start();
  await finished;
  const took = performance.now() - started;
  await projector.stop();
  return took;
}

/** Resolves when so many entries have been applied. */
function whenApplied(watch: ProjectionWatch, entries: number): Promise<void> {
  const applied = watch.applied.bind(watch);
  let left = entries;
  return new Promise((resolve) => {
    watch.applied = (shard, lane, batch) => {
      applied(shard, lane, batch);
      left -= batch.entries.length;
      if (left <= 0) resolve();
    };
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
