import { Module } from '@nestjs/common';
import { SandboxPool } from '@runnel/sandbox';

import { Effects } from '../attempts/application/effects.port';
import { AttemptsModule } from '../attempts/attempts.module';
import { TestRunHandler } from './test-run.handler';
import { TestRunsController } from './test-runs.controller';

/** Unrecorded runs for the editor. */
@Module({
  imports: [AttemptsModule],
  controllers: [TestRunsController],
  providers: [
    {
      provide: TestRunHandler,
      inject: [SandboxPool, Effects],
      useFactory: (sandbox: SandboxPool, effects: Effects) => new TestRunHandler(sandbox, effects),
    },
  ],
})
export class TestRunsModule {}
