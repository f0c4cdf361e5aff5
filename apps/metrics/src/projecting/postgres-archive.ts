import type { Database } from '@runnel/database';
import { UnavailableError } from '@runnel/errors';
import { type ArchivedStretch, RunArchive } from '@runnel/projection';
import { decodeCommit, type OutputLine } from '@runnel/run-domain';
import type { CommitEntry, LogEntry, OutputEntry } from '@runnel/run-log';

/** Runs of one stretch: few, since a run may have thousands of commits. */
const RUNS = 20;

interface CommitRow {
  readonly run_id: string;
  readonly seq: string;
  readonly project: string;
  readonly at: Date;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly command_id: string;
  readonly traceparent: string | null;
  readonly events: string;
}

interface OutputRow {
  readonly run_id: string;
  readonly seq: string;
  readonly lines: readonly string[];
}

/** Sealed runs as the read models that serve have kept them. */
export class PostgresArchive extends RunArchive {
  constructor(private readonly database: Database) {
    super();
  }

  async after(shard: number, n: number): Promise<ArchivedStretch> {
    const [leaving] = await this.database.rows<{ run_id: string }>(
      'SELECT run_id FROM metrics.sealed_run WHERE shard = $1 AND purged_at IS NULL LIMIT 1',
      [shard],
    );
    if (leaving) throw new UnavailableError('log', 'a run is on its way out of the log');
    const runs = await this.database.rows<{ n: string; run_id: string }>(
      'SELECT n, run_id FROM metrics.sealed_run WHERE shard = $1 AND n > $2 ORDER BY n LIMIT $3',
      [shard, n, RUNS],
    );
    const upTo = Number(runs.at(-1)?.n ?? n);
    const entries = await this.entries(
      shard,
      runs.map(({ run_id: runId }) => runId),
    );
    return { entries, upTo };
  }

  private async entries(shard: number, runIds: readonly string[]): Promise<readonly LogEntry[]> {
    if (runIds.length === 0) return [];
    const commits = await this.database.rows<CommitRow>(
      `SELECT run_id, seq, project, at, actor_kind, actor_id, command_id, traceparent, events
       FROM metrics.run_event WHERE run_id = ANY($1::text[])`,
      [runIds],
    );
    const output = await this.database.rows<OutputRow>(
      `SELECT run_id, seq, array_agg(line ORDER BY n) AS lines
       FROM metrics.run_output WHERE run_id = ANY($1::text[]) GROUP BY run_id, seq`,
      [runIds],
    );
    const projects = new Map(commits.map(({ run_id: runId, project }) => [runId, project]));
    const entries: LogEntry[] = [
      ...commits.map((row) => toCommit(row, shard)),
      ...output.map((row) => toOutput(row, shard, projects.get(row.run_id) ?? '')),
    ];
    return entries.sort((a, b) => a.position.seq - b.position.seq);
  }
}

function toCommit(row: CommitRow, shard: number): CommitEntry {
  const commit = decodeCommit({
    commandId: row.command_id,
    project: row.project,
    actor: { kind: row.actor_kind, id: row.actor_id },
    at: row.at.toISOString(),
    events: JSON.parse(row.events) as unknown,
  });
  return {
    kind: 'commit',
    runId: row.run_id,
    position: { shard, seq: Number(row.seq) },
    commit,
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  };
}

function toOutput(row: OutputRow, shard: number, project: string): OutputEntry {
  return {
    kind: 'output',
    runId: row.run_id,
    project,
    position: { shard, seq: Number(row.seq) },
    lines: row.lines.map((line) => JSON.parse(line) as OutputLine),
  };
}
