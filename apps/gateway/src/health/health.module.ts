import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { HealthRoutes } from './health.routes';
import { ServiceHealth } from './service-health';
import { SystemInfoController } from './system-info.controller';

/** What operators ask: whether it works, and what it runs with. */
@Module({
  imports: [HttpModule],
  controllers: [SystemInfoController],
  providers: [HealthRoutes, ServiceHealth],
})
export class HealthModule {}
