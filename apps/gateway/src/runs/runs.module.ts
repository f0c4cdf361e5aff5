import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { LiveModule } from '../live/live.module';
import { CancelRun } from './cancel-run';
import { FindRun } from './find-run';
import { LoadRun } from './load-run';
import { RunWatches } from './run-watch';
import { StartAndWait } from './start-and-wait';
import { StartRun } from './start-run';

/** Starting runs, waiting for them, finding them: for all doors. */
@Module({
  imports: [HttpModule, LiveModule],
  providers: [CancelRun, FindRun, LoadRun, RunWatches, StartAndWait, StartRun],
  exports: [CancelRun, FindRun, LoadRun, RunWatches, StartAndWait, StartRun],
})
export class RunsModule {}
