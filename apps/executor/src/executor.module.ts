import { type DynamicModule, Module } from '@nestjs/common';
import { RunLogModule } from '@runnel/service';

import { AttemptsModule } from './attempts/attempts.module';
import { CONFIG, type ExecutorConfig } from './config';
import { TestRunsModule } from './test-runs/test-runs.module';

/** The executor: does the work of runs. */
@Module({})
export class ExecutorModule {
  static forRoot(config: ExecutorConfig): DynamicModule {
    return {
      module: ExecutorModule,
      global: true,
      imports: [RunLogModule.forRoot(config), AttemptsModule, TestRunsModule],
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
