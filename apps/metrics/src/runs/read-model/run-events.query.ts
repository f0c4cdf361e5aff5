import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf, RunEventView } from '@runnel/messaging';
import type { StoredEvent } from '@runnel/run-domain';
import { formatPosition, RunLog } from '@runnel/run-log';

import { ReadModelLag } from '../../projecting/read-model-lag';
import { ReplyBudget } from '../reply-budget';
import { lagAt, thatFit } from './cut-short';
import { assertWithin } from './page-limits';

interface EventRecord {
  readonly seq: string;
  readonly shard: number;
  readonly at: Date;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly command_id: string;
  readonly events: string;
  readonly bytes: string;
  readonly found: string;
}

/** A run's commits, in the log's order. */
@Injectable()
export class RunEventsQuery {
  constructor(
    private readonly database: Database,
    private readonly lag: ReadModelLag,
    private readonly budget: ReplyBudget,
    private readonly log: RunLog,
  ) {}

  /**
   * None for a run that the read model does not hold, and for one of another project. An answer that would be
   * too large for a message ends early; its `lag.positions` then ends with it.
   * @throws InvalidInputError VALIDATION; UnavailableError
   */
  async list(
    request: RequestOf<'svc.metrics.list-run-events'>,
  ): Promise<ResponseOf<'svc.metrics.list-run-events'>> {
    const { project, runId, after, limit } = request;
    assertWithin('limit', limit, 1, 1_000);
    assertWithin('after', after, 0, Number.MAX_SAFE_INTEGER);
    const lag = await this.lag.of('run-events');
    const rows = await this.database.rows<EventRecord>(
      `SELECT fitting.* FROM (
         SELECT e.seq, e.shard, e.at, e.actor_kind, e.actor_id, e.command_id, e.events,
                sum(octet_length(e.events)) OVER (ORDER BY e.seq) AS bytes,
                count(*) OVER () AS found
         FROM metrics.run_event e
         WHERE e.run_id = $1 AND e.project = $2 AND e.seq > $3
         ORDER BY e.seq LIMIT $4
       ) AS fitting
       WHERE fitting.bytes - octet_length(fitting.events) <= $5
       ORDER BY fitting.seq`,
      [runId, project, after, limit, this.budget.bytes],
    );
    const { items, cutAt } = thatFit(rows, { limit, bytes: this.budget.bytes });
    return { items: items.map(toView), lag: lagAt(lag, this.log.shardOf(runId), cutAt) };
  }
}

function toView(record: EventRecord): RunEventView {
  return {
    position: formatPosition({ shard: record.shard, seq: Number(record.seq) }),
    at: record.at.toISOString(),
    actor: { kind: record.actor_kind, id: record.actor_id },
    commandId: record.command_id,
    events: JSON.parse(record.events) as StoredEvent[],
  };
}
