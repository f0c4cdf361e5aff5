import { bigintArray, intArray, textArray } from '@runnel/database';
import type { Projection, ProjectionBatch, TableNames } from '@runnel/projection';
import type { LogEntry } from '@runnel/run-log';

/**
 * Every line a run has said, once: an attempt that goes on after a crash may tell a line again under the same
 * number, and the first telling stays.
 */
export class RunOutputProjection implements Projection {
  readonly name = 'run-output';
  readonly shape = 1;
  readonly tables = ['run_output'];

  createTables(table: TableNames): readonly string[] {
    return [
      `CREATE TABLE ${table('run_output')} (
        run_id text COLLATE "C" NOT NULL,
        n integer NOT NULL,
        seq bigint NOT NULL,
        -- JSON text of OutputLine
        line text NOT NULL,
        PRIMARY KEY (run_id, n)
      )`,
    ];
  }

  /** Output expires in the log before it does here. */
  carryOver(from: TableNames, to: TableNames): readonly string[] {
    return [
      `INSERT INTO ${to('run_output')} SELECT * FROM ${from('run_output')} ON CONFLICT DO NOTHING`,
    ];
  }

  apply(entries: readonly LogEntry[], { table, write }: ProjectionBatch): void {
    const runIds: string[] = [];
    const numbers: number[] = [];
    const seqs: number[] = [];
    const lines: string[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'output') continue;
      for (const line of entry.lines) {
        runIds.push(entry.runId);
        numbers.push(line.n);
        seqs.push(entry.position.seq);
        lines.push(JSON.stringify(line));
      }
    }
    if (runIds.length === 0) return;
    write(
      `INSERT INTO ${table('run_output')} (run_id, n, seq, line)
       SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
       ON CONFLICT DO NOTHING`,
      [textArray(runIds), intArray(numbers), bigintArray(seqs), textArray(lines)],
    );
  }
}
