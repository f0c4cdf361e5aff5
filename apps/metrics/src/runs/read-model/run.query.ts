import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { RequestOf, ResponseOf } from '@runnel/messaging';

import { ReadModelLag } from '../../projecting/read-model-lag';
import { ReplyBudget } from '../reply-budget';
import { fitDocuments } from './fit-documents';
import { logLinesOf } from './log-lines';
import { RUN_COLUMNS, type RunRecord, toRunView } from './run-view';

/** One run with its log lines. */
@Injectable()
export class RunQuery {
  constructor(
    private readonly database: Database,
    private readonly lag: ReadModelLag,
    private readonly budget: ReplyBudget,
  ) {}

  /** Null for a run that the read model does not hold, and for one of another project. Throws UnavailableError. */
  async get({
    project,
    runId,
  }: RequestOf<'svc.metrics.get-run'>): Promise<ResponseOf<'svc.metrics.get-run'>> {
    const lag = await this.lag.of('run-list');
    const found = await this.database.rows<RunRecord>(
      `SELECT ${RUN_COLUMNS} FROM metrics.run r WHERE r.id = $1 AND r.project = $2`,
      [runId, project],
    );
    const { records, left } = fitDocuments(found, this.budget.bytes);
    const [record] = records;
    if (!record) return { run: null, lag };
    const lines = await logLinesOf(this.database, { runIds: [runId], bytesPerRun: left });
    return { run: { ...toRunView(record), logOutput: lines.get(runId) ?? [] }, lag };
  }
}
