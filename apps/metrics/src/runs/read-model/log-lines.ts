import type { Database } from '@runnel/database';
import type { OutputLine } from '@runnel/run-domain';

/** Lines of one run that come with it; contracts/automation.md C.6 allows a run no more. */
const MAX_LINES = 1_000;

/** How many lines of each run fit. */
interface LineRequest {
  readonly runIds: readonly string[];
  /** Bytes of each run's lines, at most. */
  readonly bytesPerRun: number;
}

interface LineRow {
  readonly run_id: string;
  readonly line: string;
  readonly total: string;
}

/**
 * The first lines of each of these runs, by run id. Where lines are left out because the answer would be too
 * large a last line says so.
 */
export async function logLinesOf(
  database: Database,
  { runIds, bytesPerRun }: LineRequest,
): Promise<ReadonlyMap<string, readonly OutputLine[]>> {
  const lines = new Map<string, OutputLine[]>(runIds.map((id) => [id, []]));
  if (runIds.length === 0) return lines;
  const rows = await database.rows<LineRow>(
    `SELECT wanted.run_id, kept.line, kept.total
     FROM unnest($1::text[]) AS wanted (run_id)
     CROSS JOIN LATERAL (
       SELECT said.n, said.line, sum(octet_length(said.line)) OVER (ORDER BY said.n) AS total
       FROM (
         SELECT o.n, o.line FROM metrics.run_output o
         WHERE o.run_id = wanted.run_id ORDER BY o.n LIMIT $2
       ) AS said
     ) AS kept
     WHERE kept.total - octet_length(kept.line) <= $3
     ORDER BY wanted.run_id, kept.n`,
    [runIds, MAX_LINES, bytesPerRun],
  );
  for (const { run_id: runId, line, total } of rows) {
    const parsed = JSON.parse(line) as OutputLine;
    lines.get(runId)?.push(Number(total) <= bytesPerRun ? parsed : cutMark(parsed));
  }
  return lines;
}

/** Stands in for the line that does not fit and all after it. */
function cutMark({ n, at }: OutputLine): OutputLine {
  return { n, kind: 'log', at, level: 'warn', message: 'log truncated' };
}
