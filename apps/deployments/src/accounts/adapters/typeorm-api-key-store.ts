import { Injectable } from '@nestjs/common';
import { EntityDatabase } from '../../storage/entity-database';
import { type ApiKey, ApiKeyStore } from '../application/api-key-store.port';
import { ApiKeyEntity } from './api-key.entity';
import { ProjectEntity } from './project.entity';
import { IsNull } from 'typeorm';

@Injectable()
export class TypeormApiKeyStore extends ApiKeyStore {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  add(key: ApiKey, limit: number): Promise<boolean> {
    return this.database.inTransaction(() =>
      this.database.use(async (manager) => {
        // The project's row is the lock: two keys made at once are counted one after the other.
        await manager.findOne(ProjectEntity, {
          where: { id: key.project },
          lock: { mode: 'pessimistic_write' },
        });
        const { project } = key;
        const count = await manager.countBy(ApiKeyEntity, { project, revokedAt: IsNull() });
        if (count >= limit) return false;
        await manager.insert(ApiKeyEntity, { ...key, scopes: [...key.scopes] });
        return true;
      }),
    );
  }

  listOf(project: string, limit: number): Promise<readonly ApiKey[]> {
    return this.database.use((manager) =>
      manager.find(ApiKeyEntity, {
        where: { project },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: limit,
      }),
    );
  }

  async findByHash(keyHash: string): Promise<ApiKey | undefined> {
    const key = await this.database.use((manager) => manager.findOneBy(ApiKeyEntity, { keyHash }));
    return key ?? undefined;
  }

  revoke(project: string, id: string, at: Date): Promise<ApiKey | undefined> {
    return this.database.use(async (manager) => {
      await manager.update(ApiKeyEntity, { project, id, revokedAt: IsNull() }, { revokedAt: at });
      return (await manager.findOneBy(ApiKeyEntity, { project, id })) ?? undefined;
    });
  }

  async touch(id: string, at: Date): Promise<void> {
    await this.database.use((manager) => manager.update(ApiKeyEntity, { id }, { lastUsedAt: at }));
  }
}
