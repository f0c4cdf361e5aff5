import { Controller, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type RequestOf, type ResponseOf } from '@runnel/messaging';

import { RunAudit } from '../application/run-audit';

/** Answers whether the read models are what the log says, and keeps asking itself. */
@Controller()
export class AuditController implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly runAudit: RunAudit) {}

  onApplicationBootstrap(): void {
    this.runAudit.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.runAudit.stop();
  }

  @Answers('svc.metrics.audit')
  audit(
    @Payload() request: RequestOf<'svc.metrics.audit'>,
  ): Promise<ResponseOf<'svc.metrics.audit'>> {
    return this.runAudit.run(request);
  }
}
