import { Controller, Get, Inject } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { isErrorOfKind } from '@runnel/errors';
import { type ResponseOf, ServiceClient } from '@runnel/messaging';
import { RunLog } from '@runnel/run-log';

import { CONFIG, type GatewayConfig } from '../config';
import { Caller, RequiresPermission, Serves } from '../http/route.decorators';
import { ServiceHealth } from './service-health';
import { getSystemInfo, type SystemInfoResponse, toSystemInfo } from './system-info.dto';

/** As long as a service has for its ping: this must be told when something is down, too. */
const TIMEOUT_MS = 1_500;

@Controller('api/system')
export class SystemInfoController {
  constructor(
    private readonly log: RunLog,
    private readonly health: ServiceHealth,
    private readonly services: ServiceClient,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('info')
  @RequiresPermission('get-system-info')
  @Serves(getSystemInfo)
  async info(@Caller() { project }: Identity): Promise<SystemInfoResponse> {
    const [services, summary] = await Promise.all([
      this.health.byService(),
      this.summaryOf(project),
    ]);
    return toSystemInfo({ config: this.config, log: this.log, services, summary });
  }

  private async summaryOf(
    project: string,
  ): Promise<ResponseOf<'svc.metrics.system-summary'> | undefined> {
    try {
      return await this.services.call(
        'svc.metrics.system-summary',
        { project },
        { timeoutMs: TIMEOUT_MS },
      );
    } catch (error) {
      if (isErrorOfKind(error, 'unavailable')) return undefined; // `services` says so
      throw error;
    }
  }
}
