import { bigintArray, textArray, timestampArray } from '@runnel/database';
import type { Projection, ProjectionBatch, TableNames } from '@runnel/projection';
import type { CommitEntry, LogEntry } from '@runnel/run-log';

/** Every commit as it is in the log. What remains of a run when its stream is sealed. */
export class RunEventsProjection implements Projection {
  readonly name = 'run-events';
  readonly shape = 1;
  readonly tables = ['run_event'];

  createTables(table: TableNames): readonly string[] {
    return [
      `CREATE TABLE ${table('run_event')} (
        run_id text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        shard integer NOT NULL,
        project text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        command_id text NOT NULL,
        traceparent text,
        -- JSON text of StoredEvent[]
        events text NOT NULL,
        PRIMARY KEY (run_id, seq)
      )`,
    ];
  }

  carryOver(from: TableNames, to: TableNames): readonly string[] {
    return [
      `INSERT INTO ${to('run_event')} SELECT * FROM ${from('run_event')} ON CONFLICT DO NOTHING`,
    ];
  }

  apply(entries: readonly LogEntry[], { table, write, shard }: ProjectionBatch): void {
    const commits = entries.filter((entry): entry is CommitEntry => entry.kind === 'commit');
    if (commits.length === 0) return;
    write(
      `INSERT INTO ${table('run_event')} (shard, run_id, seq, project, at, actor_kind, actor_id,
         command_id, traceparent, events)
       SELECT $1::int, u.* FROM unnest($2::text[], $3::bigint[], $4::text[], $5::timestamptz[],
         $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) AS u`,
      [
        shard,
        textArray(commits.map(({ runId }) => runId)),
        bigintArray(commits.map(({ position }) => position.seq)),
        textArray(commits.map(({ commit }) => commit.project)),
        timestampArray(commits.map(({ commit }) => Date.parse(commit.at))),
        textArray(commits.map(({ commit }) => commit.actor.kind)),
        textArray(commits.map(({ commit }) => commit.actor.id)),
        textArray(commits.map(({ commit }) => commit.commandId)),
        textArray(commits.map(({ traceparent }) => traceparent ?? null)),
        textArray(commits.map(({ commit }) => JSON.stringify(commit.events))),
      ],
    );
  }
}
