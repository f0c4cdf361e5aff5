import type { OutputEntry } from '@runnel/run-log';

import type { AuditedLine, AuditedRows } from './audited-rows.port';

/**
 * Compares the lines that are kept of a run with those in the log. A line told again keeps its first telling,
 * and output leaves the log before the rows: only what the log still holds is compared.
 */
export function compareOutput(
  output: readonly OutputEntry[],
  { lines, linesReached }: Pick<AuditedRows, 'lines' | 'linesReached'>,
): readonly string[] {
  const told = output.flatMap(({ position: { seq }, lines: inLog }) =>
    seq > linesReached ? [] : inLog.map((line) => ({ n: line.n, seq, line: JSON.stringify(line) })),
  );
  const firstInLog = told[0]?.seq ?? Infinity;
  const kept = new Map(lines.map((line) => [line.n, line]));
  const first = new Map<number, AuditedLine>();
  for (const line of told) if (!first.has(line.n)) first.set(line.n, line);
  return [
    ...[...first.values()].flatMap((line) => compareLine(line, kept.get(line.n), firstInLog)),
    ...lines.flatMap(({ n, seq }) =>
      first.has(n) || seq < firstInLog || seq > linesReached
        ? []
        : [`line ${n} is kept, the log has none`],
    ),
  ];
}

function compareLine(
  expected: AuditedLine,
  found: AuditedLine | undefined,
  firstInLog: number,
): readonly string[] {
  if (found === undefined) return [`line ${expected.n} is missing`];
  if (found.seq < firstInLog) return []; // an earlier telling, which has left the log
  if (found.seq !== expected.seq)
    return [`line ${expected.n} is kept from ${found.seq}, it was first told at ${expected.seq}`];
  return found.line === expected.line ? [] : [`line ${expected.n} is not what the log says`];
}
