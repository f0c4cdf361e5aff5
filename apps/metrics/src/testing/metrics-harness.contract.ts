import { Clock } from '@runnel/clock';
import { Secret } from '@runnel/config';
import { createDataSource, Database, migrate } from '@runnel/database';
import { newId } from '@runnel/ids';
import { HeadWatch, ProjectionCatalog, ProjectionWatch, Projector } from '@runnel/projection';
import {
  commitOf,
  decide,
  evolve,
  initialState,
  type OutputLine,
  type RunCommand,
  type RunEvent,
  type RunRequested,
} from '@runnel/run-domain';
import { MemoryRunLog } from '@runnel/run-log';
import { Metrics } from '@runnel/telemetry';
import { type TestPostgres, waitFor } from '@runnel/testing';
import pino from 'pino';

import { PostgresArchive } from '../projecting/postgres-archive';
import { ReadModelLag } from '../projecting/read-model-lag';
import { READ_MODELS } from '../read-models';
import { METRICS_SCHEMA } from '../schema';

export const PROJECT = 'prj_1';
export const DEPLOYMENT = 'dep_1';

/** A clock that stands where a test puts it. */
export class TestClock extends Clock {
  constructor(public ms: number) {
    super();
  }

  now(): number {
    return this.ms;
  }
}

/** Commands of a run's life without what the harness fills in. */
type Told<C = RunCommand> = C extends { readonly now: string } ? Omit<C, 'now'> : never;

interface RunTold {
  readonly runId?: string;
  readonly project?: string;
  readonly request?: Partial<RunRequested>;
  /** Each list is one commit, `ms` after the epoch of the test. */
  readonly commits: readonly { readonly ms: number; readonly commands: readonly Told[] }[];
  readonly lines?: readonly string[];
}

/** The read models of one database, fed from a log in memory. */
export class MetricsHarness {
  readonly log = new MemoryRunLog({ shards: 2 });
  readonly clock = new TestClock(Date.UTC(2026, 0, 15, 12, 34, 56, 789));
  readonly lag: ReadModelLag;
  readonly watch = new ProjectionWatch(new Metrics('test'), pino({ level: 'silent' }));
  private readonly heads: HeadWatch;
  private projector: Projector | undefined;

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly catalog: ProjectionCatalog,
  ) {
    this.heads = new HeadWatch(this.log, () => this.clock.now());
    this.lag = new ReadModelLag(database, this.heads, this.log);
  }

  static async on(postgres: TestPostgres): Promise<MetricsHarness> {
    const url = await postgres.createDatabase();
    const source = createDataSource(new Secret(url), METRICS_SCHEMA, {
      applicationName: 'harness',
      poolSize: 4,
    });
    await migrate(source, METRICS_SCHEMA.schema);
    const database = new Database(source);
    const catalog = new ProjectionCatalog(database, METRICS_SCHEMA.schema, READ_MODELS);
    await catalog.ensure();
    return new MetricsHarness(url, database, catalog);
  }

  /** Starts projecting, in batches of at most so many entries. */
  start(maxEntries = 500): void {
    this.projector = new Projector({
      schema: METRICS_SCHEMA.schema,
      url: new Secret(this.url),
      projections: READ_MODELS,
      runLog: this.log,
      watch: this.watch,
      archive: new PostgresArchive(this.database),
      limits: { maxEntries, intervalMs: 0 },
      retryMs: 50,
    });
    this.projector.start();
  }

  async stopProjecting(): Promise<void> {
    await this.projector?.stop();
  }

  async stop(): Promise<void> {
    await this.stopProjecting();
    await this.database.close();
  }

  /** Waits until the read models hold all there is. */
  async settled(): Promise<void> {
    const heads = await Promise.all([this.log.lastSequence(0), this.log.lastSequence(1)]);
    const missing = async () => {
      const lags = await Promise.all(READ_MODELS.map(({ name }) => this.lag.of(name)));
      const behind = lags.flatMap(({ positions }) =>
        positions.filter((seq, shard) => seq < (heads[shard] ?? 0)),
      );
      return { behind, heldUpBy: this.watch.problems() };
    };
    await waitFor(missing, {
      what: 'the read models to hold everything',
      timeoutMs: 20_000,
      until: ({ behind }) => behind.length === 0,
    });
  }

  /** Milliseconds of the test's clock, as the log writes times. */
  iso(ms: number): string {
    return new Date(this.clock.ms + ms).toISOString();
  }

  /** Leads a run through commits, in the log. Resolves with its id. */
  async tell({
    runId = newId('run'),
    project = PROJECT,
    request,
    commits,
    lines,
  }: RunTold): Promise<string> {
    let state = initialState;
    let revision = 0;
    for (const [index, { ms, commands }] of commits.entries()) {
      const at = this.iso(ms);
      const events: RunEvent[] = [];
      const asked = { type: 'RequestRun', request: { ...REQUEST, ...request } } as const;
      for (const command of index === 0 ? [asked, ...commands] : commands) {
        for (const event of decide({ ...command, now: at }, state)) {
          state = evolve(state, event, at);
          events.push(event);
        }
      }
      const commit = commitOf({ commandId: newId('command'), project, actor: ACTOR, at, events });
      revision = (await this.log.append(runId, revision, commit)).seq;
      if (index === 0 && lines)
        this.log.appendOutput(
          runId,
          project,
          lines.map((text, n) => line(n, text, at)),
        );
    }
    return runId;
  }

  /** A run that took so long and ended at once, well or not. */
  quickRun(options: {
    readonly startMs: number;
    readonly durationMs?: number;
    readonly fails?: boolean;
    readonly request?: Partial<RunRequested>;
    readonly project?: string;
  }): Promise<string> {
    const { startMs, durationMs = 10, fails = false, request = {}, project } = options;
    return this.tell({
      request,
      ...(project !== undefined && { project }),
      commits: [
        { ms: startMs, commands: [{ type: 'StartAttempt', executor: 'exe_1' }] },
        { ms: startMs + durationMs, commands: [fails ? FAILS : COMPLETES] },
      ],
    });
  }
}

const ACTOR = { kind: 'service', id: 'test' } as const;

export const COMPLETES: Told = {
  type: 'CompleteRun',
  attempt: 1,
  output: { inline: { ok: true } },
};
export const FAILS: Told = {
  type: 'FailAttempt',
  attempt: 1,
  reason: 'error',
  error: { type: 'Error', message: 'no\0' },
  random: 0.5,
};

export const REQUEST: RunRequested = {
  kind: 'graph',
  definition: { id: 'pat_1', versionId: 'ver_1', version: 3, name: 'Orders' },
  deploymentId: DEPLOYMENT,
  trigger: { type: 'webhook' },
  payload: { inline: { order: 7, text: 'zero \0, half \uD800' } },
  firstAttempt: 1,
  policy: {
    maxAttempts: 1,
    retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'run' },
    maxCrashesWithoutProgress: 3,
  },
  queue: 'default',
  priority: 0,
};

export function line(n: number, message: string, at: string): OutputLine {
  return { n, kind: 'log', at, level: 'info', message };
}
