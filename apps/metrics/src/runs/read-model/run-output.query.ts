import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf } from '@runnel/messaging';
import type { OutputLine } from '@runnel/run-domain';
import { formatPosition, RunLog } from '@runnel/run-log';

import { ReadModelLag } from '../../projecting/read-model-lag';
import { ReplyBudget } from '../reply-budget';
import { lagAt, thatFit } from './cut-short';
import { assertWithin } from './page-limits';

interface OutputRecord {
  readonly seq: string;
  readonly lines: readonly string[];
  readonly bytes: string;
  readonly found: string;
}

/** What a run has said, in the messages in which it said it. */
@Injectable()
export class RunOutputQuery {
  constructor(
    private readonly database: Database,
    private readonly lag: ReadModelLag,
    private readonly budget: ReplyBudget,
    private readonly log: RunLog,
  ) {}

  /**
   * At most `limit` messages after a sequence; none for a run that the read model does not hold, and for one of
   * another project. An answer that would be too large ends early; its `lag.positions` then ends with it.
   * @throws InvalidInputError VALIDATION; UnavailableError
   */
  async list(
    request: RequestOf<'svc.metrics.list-run-output'>,
  ): Promise<ResponseOf<'svc.metrics.list-run-output'>> {
    const { project, runId, after, limit } = request;
    assertWithin('limit', limit, 1, 1_000);
    assertWithin('after', after, 0, Number.MAX_SAFE_INTEGER);
    const lag = await this.lag.of('run-output');
    const rows = await this.database.rows<OutputRecord>(
      `SELECT fitting.* FROM (
         SELECT o.seq, array_agg(o.line ORDER BY o.n) AS lines, sum(octet_length(o.line)) AS size,
                sum(sum(octet_length(o.line))) OVER (ORDER BY o.seq) AS bytes,
                count(*) OVER () AS found
         FROM metrics.run_output o
         WHERE o.run_id = $1 AND o.seq > $3
           AND EXISTS (SELECT 1 FROM metrics.run r WHERE r.id = $1 AND r.project = $2)
         GROUP BY o.seq ORDER BY o.seq LIMIT $4
       ) AS fitting
       WHERE fitting.bytes - fitting.size <= $5
       ORDER BY fitting.seq`,
      [runId, project, after, limit, this.budget.bytes],
    );
    const { items, cutAt } = thatFit(rows, { limit, bytes: this.budget.bytes });
    const shard = this.log.shardOf(runId);
    return {
      items: items.map(({ seq, lines }) => ({
        position: formatPosition({ shard, seq: Number(seq) }),
        lines: lines.map((line) => JSON.parse(line) as OutputLine),
      })),
      lag: lagAt(lag, shard, cutAt),
    };
  }
}
