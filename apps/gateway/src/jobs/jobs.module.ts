import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { RunsModule } from '../runs/runs.module';
import { ApiKeysController } from './api-keys/api-keys.controller';
import { RunEvents } from './runs/run-events';
import { RunsController } from './runs/runs.controller';

/** The jobs door (contracts/jobs.md), as far as runs of every kind are seen through it. */
@Module({
  imports: [HttpModule, RunsModule],
  controllers: [ApiKeysController, RunsController],
  providers: [RunEvents],
})
export class JobsModule {}
