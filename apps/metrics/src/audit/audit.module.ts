import { Module } from '@nestjs/common';

import { PostgresAuditedRows } from './adapters/postgres-audited-rows';
import { AuditController } from './api/audit.controller';
import { AuditedRowsReader } from './application/audited-rows.port';
import { RunAudit } from './application/run-audit';
import { ReadModelCheck } from './read-model-check';

/** The auditor: read models against the log. */
@Module({
  controllers: [AuditController],
  providers: [
    RunAudit,
    { provide: ReadModelCheck, useExisting: RunAudit },
    { provide: AuditedRowsReader, useClass: PostgresAuditedRows },
  ],
  exports: [ReadModelCheck],
})
export class AuditModule {}
