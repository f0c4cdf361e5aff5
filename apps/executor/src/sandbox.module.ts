import { Module } from '@nestjs/common';
import { SandboxPool } from '@runnel/sandbox';

import { CONFIG, type ExecutorConfig } from './config';

/** The pool of child processes in which users' programs run. */
@Module({
  providers: [
    {
      provide: SandboxPool,
      inject: [CONFIG],
      useFactory: (config: ExecutorConfig) =>
        new SandboxPool(
          config.RUNNEL_SANDBOX_PROCESSES > 0 ? { processes: config.RUNNEL_SANDBOX_PROCESSES } : {},
        ),
    },
  ],
  exports: [SandboxPool],
})
export class SandboxModule {}
