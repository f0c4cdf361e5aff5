import { SystemClock } from '@runnel/clock';
import { Secret } from '@runnel/config';
import { createDataSource, migrate } from '@runnel/database';
import { newId } from '@runnel/ids';
import { connectNats, type NatsConnection } from '@runnel/messaging';
import { commitOf, decide, foldRun, type RunCommand, type RunRequested } from '@runnel/run-domain';
import { connectRunLog, connectWorkQueue, type RunLog, type WorkQueue } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';
import {
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
} from '@runnel/testing';
import type { DataSource } from 'typeorm';

import { SCHEDULER_SCHEMA } from '../../schema';
import { PostgresShardLocks } from '../adapters/postgres-shard-locks';
import { PostgresSnapshots } from '../adapters/postgres-snapshots';
import { ExecutorWatch } from '../application/executor-watch';
import { ShardOwner } from '../application/shard-owner';

export const PROJECT = 'prj_a';
export const clock = new SystemClock();

export const REQUEST: RunRequested = {
  kind: 'graph',
  definition: { id: 'pat_1', versionId: 'ver_1', version: 1, name: 'sample' },
  trigger: { type: 'webhook' },
  payload: { inline: { large: 'enough' } },
  firstAttempt: 1,
  policy: {
    maxAttempts: 3,
    retry: { strategy: 'fixed', baseMs: 60_000, maxMs: 60_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'run' },
    maxCrashesWithoutProgress: 3,
  },
  queue: 'default',
  priority: 0,
};

/** The servers a scheduler works with, and as many copies of the owner of their one shard as a test wants. */
export class SchedulerServers {
  private readonly owners: ShardOwner[] = [];

  private constructor(
    readonly postgres: TestPostgres,
    readonly nats: TestNats,
    readonly connection: NatsConnection,
    readonly log: RunLog,
    readonly queue: WorkQueue,
    readonly source: DataSource,
  ) {}

  static async start(): Promise<SchedulerServers> {
    const [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
    const source = dataSourceOf(postgres);
    await migrate(source, SCHEDULER_SCHEMA.schema);
    const connection = await connectNats(nats.url, 'test');
    const log = await connectRunLog({ connection, shards: 1 });
    const queue = await connectWorkQueue({ connection });
    return new SchedulerServers(postgres, nats, connection, log, queue, source);
  }

  /** One more process that wants the shard. */
  owner(): ShardOwner {
    const url = new Secret(this.postgres.url);
    const parts = {
      shard: 0,
      log: this.log,
      queue: this.queue,
      watch: new ExecutorWatch(15_000),
      clock,
      random: Math.random,
      logger: createLogger('scheduler', 'silent'),
      window: 100,
      projectLimit: 0,
      notices: { moved: () => undefined },
    };
    const snapshots = new PostgresSnapshots(this.source);
    const owner = new ShardOwner(parts, new PostgresShardLocks(url), snapshots);
    this.owners.push(owner);
    owner.start();
    return owner;
  }

  /** Requests a run; resolves with its id. */
  async request(over: Partial<RunRequested> = {}): Promise<string> {
    const runId = newId('run');
    await this.command(runId, {
      type: 'RequestRun',
      now: clock.iso(),
      request: { ...REQUEST, ...over },
    });
    return runId;
  }

  async command(runId: string, command: RunCommand): Promise<void> {
    const { commits, revision } = await this.log.history(runId);
    const events = decide(command, foldRun(commits.map(({ commit }) => commit)));
    const actor = { kind: 'service', id: 'test' } as const;
    const commandId = newId('command');
    await this.log.append(
      runId,
      revision,
      commitOf({ commandId, project: PROJECT, actor, at: command.now, events }),
    );
  }

  /** Live runs and position as they are stored. */
  async stored(): Promise<{ readonly seq: number; readonly runIds: readonly string[] }> {
    const snapshot = await new PostgresSnapshots(this.source).load(0);
    return { seq: snapshot.seq, runIds: snapshot.runs.map(({ runId }) => runId) };
  }

  async stopOwners(): Promise<void> {
    await Promise.all(this.owners.splice(0).map((owner) => owner.stop()));
  }

  async stop(): Promise<void> {
    await this.stopOwners();
    await this.queue.close();
    await this.log.close();
    await this.connection.close();
    await this.source.destroy();
    await Promise.all([this.postgres.stop(), this.nats.stop()]);
  }
}

function dataSourceOf(postgres: TestPostgres): DataSource {
  return createDataSource(new Secret(postgres.url), SCHEDULER_SCHEMA, { applicationName: 'test' });
}
