import { Module } from '@nestjs/common';
import { SandboxPool } from '@runnel/sandbox';

import { EffectsModule } from '../effects/effects.module';
import { Effects } from '../effects/effects.port';
import { SandboxModule } from '../sandbox.module';
import { TestRunHandler } from './test-run.handler';
import { TestRunsController } from './test-runs.controller';

/** Unrecorded runs for the editor. */
@Module({
  imports: [EffectsModule, SandboxModule],
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
