import { type Commit, foldRun } from '@runnel/run-domain';
import type { CommitEntry, OutputEntry } from '@runnel/run-log';

import type { AuditedRows, AuditedRun } from './audited-rows.port';
import { compareOutput } from './compare-output';

/** What is wrong with a run's rows, as the log tells it. */
export interface RowDifference {
  readonly projection: 'run-list' | 'run-events' | 'run-output';
  readonly message: string;
}

/** What the log holds of a run. */
export interface LoggedRun {
  readonly commits: readonly CommitEntry[];
  readonly output: readonly OutputEntry[];
}

/**
 * Compares the rows of a run with its history, each at its own position: a run that moves meanwhile makes no
 * difference. A run without a history is sealed, and has nothing to be compared with.
 */
export function compareRun(
  { commits, output }: LoggedRun,
  rows: AuditedRows,
): readonly RowDifference[] {
  if (commits.length === 0) return [];
  const told = (projection: RowDifference['projection'], messages: readonly string[]) =>
    messages.map((message) => ({ projection, message }));
  return [
    ...told('run-list', compareList(commits, rows)),
    ...told('run-events', compareEvents(commits, rows)),
    ...told('run-output', compareOutput(output, rows)),
  ];
}

function compareList(
  history: readonly CommitEntry[],
  { run, runReached }: AuditedRows,
): readonly string[] {
  const due = history.filter(({ position }) => position.seq <= runReached);
  if (!run) return due.length === 0 ? [] : ['the row is missing'];
  const lastDue = due.at(-1)?.position.seq ?? 0;
  if (run.seq < lastDue) return [`the row stands at ${run.seq}, it should at ${lastDue}`];
  const folded = history.filter(({ position }) => position.seq <= run.seq);
  const last = folded.at(-1)?.position.seq ?? 0;
  if (last !== run.seq)
    return [`the row stands at ${run.seq}, where the log has no commit of the run`];
  return compareState(folded, run);
}

function compareState(folded: readonly CommitEntry[], run: AuditedRun): readonly string[] {
  const state = foldRun(folded.map(({ commit }) => commit));
  if (state.status === 'absent') return ['there is a row, and the run was never asked for'];
  const expected: Omit<AuditedRun, 'seq'> = {
    status: state.status,
    attempt: state.attempt,
    requestedAt: state.requestedAt,
    startedAt: state.startedAt ?? null,
    finishedAt: state.finishedAt ?? null,
    payload: JSON.stringify(state.payload),
    output: state.output === undefined ? null : JSON.stringify(state.output),
    error: state.error === undefined ? null : JSON.stringify(state.error),
    events: folded.reduce((sum, { commit }) => sum + commit.events.length, 0),
  };
  return (Object.keys(expected) as (keyof typeof expected)[])
    .filter((field) => run[field] !== expected[field])
    .map((field) => difference(field, run[field], expected[field]));
}

function compareEvents(
  history: readonly CommitEntry[],
  { commits, commitsReached }: AuditedRows,
): readonly string[] {
  const due = history.filter(({ position }) => position.seq <= commitsReached);
  const found = commits.filter(({ seq }) => seq <= commitsReached);
  if (found.length !== due.length)
    return [`${found.length} commits are kept, ${due.length} are in the log`];
  return due.flatMap(({ position, commit }, index) => {
    const row = found[index];
    if (row?.seq !== position.seq)
      return [`a commit is kept at ${row?.seq}, the log has it at ${position.seq}`];
    const other = differingPart(row.commit, commit);
    return other === undefined ? [] : [`${other} of the commit at ${row.seq} differ from the log`];
  });
}

const PARTS = ['commandId', 'project', 'actor', 'at', 'events'] as const;

/** Compared as text: what was written from the log is the same to the letter. */
function differingPart(found: Commit, expected: Commit): (typeof PARTS)[number] | undefined {
  return PARTS.find((part) => JSON.stringify(found[part]) !== JSON.stringify(expected[part]));
}

/** Documents may hold what no log line should: only their sizes are told. */
function difference(field: string, found: unknown, expected: unknown): string {
  return `${field} is ${told(field, found)}, the log says ${told(field, expected)}`;
}

const DOCUMENTS = ['payload', 'output', 'error'];

function told(field: string, value: unknown): string {
  if (typeof value === 'string' && DOCUMENTS.includes(field))
    return `a document of ${value.length} characters`;
  return String(value);
}
