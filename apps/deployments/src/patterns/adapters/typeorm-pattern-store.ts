import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';

import { EntityDatabase } from '../../storage/entity-database';
import {
  type PatternQuery,
  PatternStore,
  type PatternSummary,
} from '../application/pattern-store.port';
import type { DeployablePattern, DeployablePatterns } from '../deployable-patterns';
import type { Pattern } from '../domain/pattern';
import { PatternEntity } from './pattern.entity';

@Injectable()
export class TypeormPatternStore extends PatternStore implements DeployablePatterns {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async add(pattern: Pattern): Promise<void> {
    await this.database.use((manager) =>
      manager.insert(PatternEntity, { ...pattern, ...toColumns(pattern) }),
    );
  }

  async findReadable(project: string, id: string): Promise<Pattern | undefined> {
    const found = await this.database.use((manager) =>
      whole(manager)
        .where('p.id = :id AND (p.project = :project OR p.isPublic)', { id, project })
        .getOne(),
    );
    return found ?? undefined;
  }

  async lock(project: string, id: string): Promise<Pattern | undefined> {
    const found = await this.database.use((manager) =>
      whole(manager)
        .where('p.id = :id AND p.project = :project', { id, project })
        .setLock('pessimistic_write')
        .getOne(),
    );
    return found ?? undefined;
  }

  lockForDeploy(project: string, id: string): Promise<DeployablePattern | undefined> {
    return this.lock(project, id);
  }

  exists(project: string, id: string): Promise<boolean> {
    return this.database.use((manager) => manager.existsBy(PatternEntity, { id, project }));
  }

  async save(pattern: Pattern): Promise<void> {
    const { id, updatedAt } = pattern;
    await this.database.use((manager) =>
      manager.update(PatternEntity, { id }, { ...toColumns(pattern), updatedAt }),
    );
  }

  async setVersionNumber(id: string, versionNumber: number): Promise<void> {
    await this.database.use((manager) => manager.update(PatternEntity, { id }, { versionNumber }));
  }

  async remove(id: string): Promise<void> {
    await this.database.use((manager) => manager.delete(PatternEntity, { id }));
  }

  async list(query: PatternQuery): Promise<{ items: readonly PatternSummary[]; total: number }> {
    const direction = query.sortOrder === 'asc' ? 'ASC' : 'DESC';
    const [items, total] = await this.database.use((manager) =>
      matching(manager, query)
        .orderBy(`p.${query.sortBy}`, direction)
        .addOrderBy('p.id', direction)
        .take(query.limit)
        .skip(query.offset)
        .getManyAndCount(),
    );
    return { items, total };
  }
}

function whole(manager: EntityManager): SelectQueryBuilder<PatternEntity> {
  return manager.createQueryBuilder(PatternEntity, 'p').addSelect('p.graphData');
}

function matching(manager: EntityManager, query: PatternQuery): SelectQueryBuilder<PatternEntity> {
  const found = manager
    .createQueryBuilder(PatternEntity, 'p')
    .where('p.project = :project', { project: query.project });
  const { search, isPublic, isTemplate, tags } = query;
  if (search !== undefined)
    found.andWhere('p.name ILIKE :search', { search: `%${escapeLike(search)}%` });
  if (isPublic !== undefined) found.andWhere('p.isPublic = :isPublic', { isPublic });
  if (isTemplate !== undefined) found.andWhere('p.isTemplate = :isTemplate', { isTemplate });
  if (tags !== undefined && tags.length > 0) found.andWhere('p.tags @> :tags', { tags: [...tags] });
  return found;
}

/** `%`, `_` and `\` mean themselves in what a person searches for. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function toColumns({ name, description, isPublic, isTemplate, tags, graphData }: Pattern) {
  return {
    name,
    description,
    isPublic,
    isTemplate,
    tags: [...tags],
    graphData: graphData as object,
  };
}
