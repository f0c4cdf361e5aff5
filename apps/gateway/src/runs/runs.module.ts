import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { LiveModule } from '../live/live.module';
import { FindRun } from './find-run';
import { RunWatches } from './run-watch';
import { StartRun } from './start-run';

/** Starting runs, waiting for them, finding them: for all doors. */
@Module({
  imports: [HttpModule, LiveModule],
  providers: [FindRun, RunWatches, StartRun],
  exports: [FindRun, RunWatches, StartRun],
})
export class RunsModule {}
