import { Secret } from '@runnel/config';
import { createDataSource, Database, migrate } from '@runnel/database';
import { newId } from '@runnel/ids';
import { commitOf } from '@runnel/run-domain';
import { MemoryRunLog } from '@runnel/run-log';
import { Metrics } from '@runnel/telemetry';
import { type TestPostgres, waitFor } from '@runnel/testing';
import pino from 'pino';

import { catalogTables } from '../catalog-tables';
import type { Projection } from '../projection';
import { ProjectionCatalog } from '../projection-catalog';
import { ProjectionWatch } from '../projection-watch';
import { Projector } from '../projector';
import { SeenProjection } from './seen-projection.contract';

/** One process' projectors, and what they log. */
export interface Copy {
  readonly projector: Projector;
  readonly watch: ProjectionWatch;
  readonly metrics: Metrics;
  /** Messages of warnings and errors. */
  readonly complaints: readonly string[];
}

/** A log in memory, a real database, and as many copies of the projecting process as a test wants. */
export class ProjectingHarness {
  readonly log = new MemoryRunLog({ shards: 2 });
  readonly seen = new SeenProjection();
  private readonly copies: Copy[] = [];

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly catalog: ProjectionCatalog,
  ) {}

  static async on(postgres: TestPostgres): Promise<ProjectingHarness> {
    const url = await postgres.createDatabase();
    const source = createDataSource(
      new Secret(url),
      { schema: 'models', migrations: [] },
      { applicationName: 'harness' },
    );
    await migrate(source, 'models');
    const database = new Database(source);
    for (const sql of catalogTables('models')) await database.rows(sql);
    const catalog = new ProjectionCatalog(database, 'models', [new SeenProjection()]);
    await catalog.ensure();
    return new ProjectingHarness(url, database, catalog);
  }

  /** Starts one more copy of the process. */
  start(projections: readonly Projection[] = [this.seen]): Copy {
    const complaints: string[] = [];
    const logger = pino(
      { level: 'warn' },
      { write: (line: string) => void complaints.push((JSON.parse(line) as { msg: string }).msg) },
    );
    const metrics = new Metrics('test');
    const watch = new ProjectionWatch(metrics, logger);
    const projector = new Projector({
      schema: 'models',
      url: new Secret(this.url),
      projections,
      runLog: this.log,
      watch,
      limits: { maxEntries: 10, intervalMs: 0 },
      retryMs: 50,
    });
    projector.start();
    const copy = { projector, watch, metrics, complaints };
    this.copies.push(copy);
    return copy;
  }

  async stop(): Promise<void> {
    await Promise.all(this.copies.map(({ projector }) => projector.stop()));
    await this.database.close();
  }

  /** Appends so many runs, two entries each. */
  async append(runs: number): Promise<void> {
    for (let n = 0; n < runs; n += 1) {
      const runId = newId('run');
      await this.log.append(runId, 0, sampleCommit());
      this.log.appendOutput(runId, 'prj_1', [
        { n: 0, kind: 'log', at: AT, level: 'info', message: 'hello' },
      ]);
    }
  }

  /** Waits until the serving version has all there is, and tells whether it has it once. */
  async settled(timeoutMs = 15_000): Promise<{ readonly rows: number; readonly counted: number }> {
    const heads = await Promise.all([this.log.lastSequence(0), this.log.lastSequence(1)]);
    const total = heads.reduce((sum, head) => sum + head, 0);
    await waitFor(() => this.reached(), {
      what: `${total} entries to be projected`,
      timeoutMs,
      until: (reached) => reached >= total,
    });
    return this.held();
  }

  /** Rows that the serving version holds, and how many it has counted. */
  async held(): Promise<{ readonly rows: number; readonly counted: number }> {
    const [row] = await this.database.rows<{ rows: number; counted: number }>(
      `SELECT (SELECT count(*)::int FROM models.seen) AS rows,
              (SELECT coalesce(sum(n), 0)::int FROM models.seen_count) AS counted`,
    );
    if (!row) throw new Error('no answer');
    return row;
  }

  async total(): Promise<number> {
    return (await this.log.lastSequence(0)) + (await this.log.lastSequence(1));
  }

  private async reached(): Promise<number> {
    const serving = (await this.catalog.list()).find(({ active }) => active);
    return serving?.reached ?? 0;
  }
}

const AT = '2026-01-02T03:04:05.678Z';

/** A commit that no state machine has to understand. */
function sampleCommit() {
  return commitOf({
    commandId: newId('command'),
    project: 'prj_1',
    actor: { kind: 'service', id: 'test' },
    at: AT,
    events: [{ type: 'RunAnnotated', data: { metadata: {} } }],
  });
}
