import type { Projection, ProjectionBatch, TableNames } from '@runnel/projection';
import type { CommitEntry, LogEntry } from '@runnel/run-log';

import { bornRow, evolveRow } from './run-evolve';
import { runListTables } from './run-list.tables';
import { insertRuns, loadRuns, updateRuns } from './run-rows';
import type { RunRow } from './run-row';
import { RunTallies, type TallyFacts } from './run-tallies';

/** One row per run, and the counters that lists and statistics are answered from. */
export class RunListProjection implements Projection {
  readonly name = 'run-list';
  readonly shape = 1;
  readonly tables = ['run', 'run_count', 'run_bucket', 'run_duration'];

  createTables(table: TableNames): readonly string[] {
    return runListTables(table);
  }

  async apply(entries: readonly LogEntry[], batch: ProjectionBatch): Promise<void> {
    const commits = entries.filter((entry): entry is CommitEntry => entry.kind === 'commit');
    if (commits.length === 0) return;
    const known = new Map<string, RunRow>();
    for (const row of await loadRuns(olderRuns(commits), batch)) known.set(row.id, row);
    const before = [...known.values()].map(tallyFacts);
    const born = fold(commits, known);

    const tallies = new RunTallies();
    for (const facts of before) tallies.add(facts, -1);
    for (const row of known.values()) tallies.add(row, 1);
    for (const row of born) tallies.add(row, 1);

    insertRuns(born, batch);
    updateRuns([...known.values()], batch);
    tallies.write(batch);
  }
}

/** Runs that these commits continue but do not begin: their rows are there already. */
function olderRuns(commits: readonly CommitEntry[]): readonly string[] {
  const born = new Set<string>();
  const older = new Set<string>();
  for (const { runId, commit } of commits) {
    if (commit.events[0]?.type === 'RunRequested') born.add(runId);
    else if (!born.has(runId)) older.add(runId);
  }
  return [...older];
}

/** Folds commits into the known rows; returns the rows of runs that begin here. */
function fold(commits: readonly CommitEntry[], known: Map<string, RunRow>): readonly RunRow[] {
  const born = new Map<string, RunRow>();
  for (const { runId, commit, position } of commits) {
    const at = Date.parse(commit.at);
    let row = born.get(runId) ?? known.get(runId);
    for (const event of commit.events) {
      if (row !== undefined) evolveRow(row, event, at);
      else if (event.type === 'RunRequested') {
        row = bornRow({ id: runId, project: commit.project, at }, event.data);
        born.set(runId, row);
      } else {
        throw new Error(
          `run ${runId} goes on at ${position.shard}:${position.seq} and never began`,
        );
      }
    }
    if (row === undefined) continue;
    row.seq = position.seq;
    row.events += commit.events.length;
  }
  return [...born.values()];
}

function tallyFacts(row: RunRow): TallyFacts {
  const { project, deploymentId, triggeredBy, status, startedAt, finishedAt } = row;
  return { project, deploymentId, triggeredBy, status, startedAt, finishedAt };
}
