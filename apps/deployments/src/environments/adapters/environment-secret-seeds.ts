import { Injectable } from '@nestjs/common';

import { EntityDatabase } from '../../storage/entity-database';
import { EnvironmentStore } from '../application/environment-store.port';
import { SecretStore } from '../application/secret-store.port';
import { SecretSeeds, type SeededSecret } from '../secret-seeds';

interface Owned {
  readonly connection_id: string | null;
}

@Injectable()
export class EnvironmentSecretSeeds extends SecretSeeds {
  constructor(
    private readonly database: EntityDatabase,
    private readonly environments: EnvironmentStore,
    private readonly secrets: SecretStore,
  ) {
    super();
  }

  async seed({ project, connectionId, name, value }: SeededSecret, now: Date): Promise<void> {
    await this.environments.ensureDefault(project, now);
    // The order of their ids is the order of locking, for everybody.
    const ids = (await this.environments.list(project)).map(({ id }) => id).sort();
    for (const id of ids) {
      const environment = await this.environments.lock(project, id);
      if (!environment) continue;
      const [held] = await this.query<Owned>(
        'SELECT connection_id FROM deployments.secret WHERE environment_id = $1 AND name = $2',
        [id, name],
      );
      if (held?.connection_id === null) continue;
      await this.secrets.put(environment, { name, value, connectionId }, now);
    }
  }

  async nameOf(connectionId: string): Promise<string | undefined> {
    const [row] = await this.query<{ name: string }>(
      'SELECT name FROM deployments.secret WHERE connection_id = $1 LIMIT 1',
      [connectionId],
    );
    return row?.name;
  }

  private query<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.use((manager) => manager.query<R[]>(text, [...values]));
  }
}
