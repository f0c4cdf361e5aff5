import { Module } from '@nestjs/common';

import { DeploymentStoresModule } from '../deployments/deployment-stores.module';
import { TypeormPatternStore } from './adapters/typeorm-pattern-store';
import { PatternsController } from './api/patterns.controller';
import { CreatePatternHandler } from './application/create-pattern.handler';
import { DeletePatternHandler } from './application/delete-pattern.handler';
import { PatternStore } from './application/pattern-store.port';
import { ReadPatternsHandler } from './application/read-patterns.handler';
import { TranspileHandler } from './application/transpile.handler';
import { UpdatePatternHandler } from './application/update-pattern.handler';
import { DeployablePatterns } from './deployable-patterns';

/** Patterns: drawn, saved, compiled on demand. */
@Module({
  imports: [DeploymentStoresModule],
  controllers: [PatternsController],
  providers: [
    TypeormPatternStore,
    { provide: PatternStore, useExisting: TypeormPatternStore },
    { provide: DeployablePatterns, useExisting: TypeormPatternStore },
    CreatePatternHandler,
    ReadPatternsHandler,
    UpdatePatternHandler,
    DeletePatternHandler,
    TranspileHandler,
  ],
  exports: [DeployablePatterns],
})
export class PatternsModule {}
