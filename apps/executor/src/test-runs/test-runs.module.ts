import { Module } from '@nestjs/common';
import { SandboxPool } from '@runnel/sandbox';

import { EffectsModule } from '../effects/effects.module';
import { Effects } from '../effects/effects.port';
import { EnvironmentsModule } from '../environments/environments.module';
import { RunEnvironments } from '../environments/environments.port';
import { SandboxModule } from '../sandbox.module';
import { TestRunHandler } from './test-run.handler';
import { TestRunsController } from './test-runs.controller';

/** Unrecorded runs for the editor. */
@Module({
  imports: [EffectsModule, EnvironmentsModule, SandboxModule],
  controllers: [TestRunsController],
  providers: [
    {
      provide: TestRunHandler,
      inject: [SandboxPool, Effects, RunEnvironments],
      useFactory: (sandbox: SandboxPool, effects: Effects, environments: RunEnvironments) =>
        new TestRunHandler(sandbox, effects, environments),
    },
  ],
})
export class TestRunsModule {}
