import { Injectable } from '@nestjs/common';
import type { Program } from '@runnel/messaging';

import { EntityDatabase } from '../../storage/entity-database';
import { type PatternVersion, VersionStore } from '../application/version-store.port';
import { PatternVersionEntity } from './pattern-version.entity';

@Injectable()
export class TypeormVersionStore extends VersionStore {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async add(version: PatternVersion): Promise<void> {
    await this.database.use((manager) =>
      manager.insert(PatternVersionEntity, {
        ...version,
        graphData: version.graphData as object,
        triggers: [...version.triggers],
        webhookNodes: [...version.webhookNodes],
      }),
    );
  }

  async findProgram(versionId: string): Promise<Program | undefined> {
    const found = await this.database.use((manager) =>
      manager.findOne(PatternVersionEntity, {
        select: { id: true, project: true, code: true },
        where: { id: versionId },
      }),
    );
    return found ? { versionId: found.id, project: found.project, code: found.code } : undefined;
  }
}
