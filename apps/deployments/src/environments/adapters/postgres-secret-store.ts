import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';
import { newId } from '@runnel/ids';

import { EntityDatabase } from '../../storage/entity-database';
import {
  type OpenSecret,
  type SecretEntry,
  type SecretName,
  SecretStore,
} from '../application/secret-store.port';
import {
  type Environment,
  limitExceeded,
  MAX_SECRETS,
  MAX_SECRETS_CHARS,
} from '../domain/environment';

type Place = Pick<Environment, 'id' | 'project'>;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly value_box: string;
  readonly version: number;
  readonly connection_id: string | null;
}

/** Ties an encrypted value to where it belongs: moved to another project, environment or name it does not open. */
const placeOf = ({ project, id }: Place, name: string): string => `secret/${project}/${id}/${name}`;

@Injectable()
export class PostgresSecretStore extends SecretStore {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async names(environmentId: string): Promise<readonly SecretName[]> {
    const rows = await this.query<{ name: string; updated_at: Date }>(
      'SELECT name, updated_at FROM deployments.secret WHERE environment_id = $1 ORDER BY name',
      [environmentId],
    );
    return rows.map((row) => ({ name: row.name, updatedAt: row.updated_at }));
  }

  async open(environment: Place): Promise<readonly OpenSecret[]> {
    const rows = await this.query<Row>(
      `SELECT id, name, value_box, version, connection_id
       FROM deployments.secret WHERE environment_id = $1 ORDER BY name`,
      [environment.id],
    );
    return rows.map((row) => ({
      name: row.name,
      value: this.box.decrypt(row.value_box, placeOf(environment, row.name)),
      // The id goes along: a secret that was deleted and made again is another one.
      version: `${row.id}.${row.version}`,
      connectionId: row.connection_id ?? undefined,
    }));
  }

  async put(
    environment: Place,
    { name, value, connectionId }: SecretEntry,
    now: Date,
  ): Promise<void> {
    const [others] = await this.query<{ count: number; size: number }>(
      `SELECT count(*)::int AS count, coalesce(sum(size), 0)::int AS size
       FROM deployments.secret WHERE environment_id = $1 AND name <> $2`,
      [environment.id, name],
    );
    if ((others?.count ?? 0) >= MAX_SECRETS) {
      throw limitExceeded(`an environment can have ${MAX_SECRETS} secrets`);
    }
    if ((others?.size ?? 0) + value.length > MAX_SECRETS_CHARS) {
      throw limitExceeded(
        `the secrets of an environment can have ${MAX_SECRETS_CHARS} characters together`,
      );
    }
    const box = this.box.encrypt(value, placeOf(environment, name));
    await this.query(
      `INSERT INTO deployments.secret
         (id, environment_id, name, value_box, size, version, connection_id, updated_at)
       VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
       ON CONFLICT (environment_id, name) DO UPDATE SET value_box = excluded.value_box,
         size = excluded.size, version = deployments.secret.version + 1,
         connection_id = excluded.connection_id, updated_at = excluded.updated_at`,
      [newId('secret'), environment.id, name, box, value.length, connectionId ?? null, now],
    );
  }

  async remove(environmentId: string, name: string): Promise<boolean> {
    const rows = await this.database.use((manager) =>
      manager.query<[unknown[], number]>(
        'DELETE FROM deployments.secret WHERE environment_id = $1 AND name = $2',
        [environmentId, name],
      ),
    );
    return rows[1] > 0;
  }

  private query<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.use((manager) => manager.query<R[]>(text, [...values]));
  }
}
