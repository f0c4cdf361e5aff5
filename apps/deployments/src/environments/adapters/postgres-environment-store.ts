import { Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';

import { EntityDatabase } from '../../storage/entity-database';
import { violatedConstraint } from '../../storage/postgres-errors';
import { EnvironmentStore } from '../application/environment-store.port';
import type { BindableEnvironments } from '../bindable-environments';
import { DEFAULT_NAME, type Environment } from '../domain/environment';

interface Row {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly variables: Record<string, string>;
  readonly is_default: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const SELECT = `
  SELECT id, project_id, name, variables, is_default, created_at, updated_at
  FROM deployments.environment`;

@Injectable()
export class PostgresEnvironmentStore extends EnvironmentStore implements BindableEnvironments {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async ensureDefault(project: string, now: Date): Promise<string> {
    const text = `SELECT id FROM deployments.environment WHERE project_id = $1 AND is_default`;
    const [known] = await this.query<{ id: string }>(text, [project]);
    if (known) return known.id;
    const name = await this.freeName(project);
    await this.query(
      `INSERT INTO deployments.environment VALUES ($1, $2, $3, lower($3), '{}', true, $4, $4)
       ON CONFLICT DO NOTHING`,
      [newId('environment'), project, name, now],
    );
    const [made] = await this.query<{ id: string }>(text, [project]);
    if (!made) throw new DomainError('NOT_FOUND', 'the project does not exist');
    return made.id;
  }

  async list(project: string): Promise<readonly Environment[]> {
    const order = 'WHERE project_id = $1 ORDER BY is_default DESC, name_key, id';
    return (await this.query<Row>(`${SELECT} ${order}`, [project])).map(toEnvironment);
  }

  find(project: string, id: string): Promise<Environment | undefined> {
    return this.one(`${SELECT} WHERE project_id = $1 AND id = $2`, [project, id]);
  }

  lock(project: string, id: string): Promise<Environment | undefined> {
    return this.one(`${SELECT} WHERE project_id = $1 AND id = $2 FOR UPDATE`, [project, id]);
  }

  async add({ id, project, name, variables, isDefault, createdAt, updatedAt }: Environment) {
    await this.write(
      'INSERT INTO deployments.environment VALUES ($1, $2, $3, lower($3), $4, $5, $6, $7)',
      [id, project, name, JSON.stringify(variables), isDefault, createdAt, updatedAt],
    );
  }

  async save({ id, name, variables, updatedAt }: Environment): Promise<void> {
    await this.write(
      `UPDATE deployments.environment
       SET name = $2, name_key = lower($2), variables = $3, updated_at = $4 WHERE id = $1`,
      [id, name, JSON.stringify(variables), updatedAt],
    );
  }

  async remove(id: string): Promise<void> {
    await this.query('DELETE FROM deployments.environment WHERE id = $1', [id]);
  }

  async isInUse(id: string): Promise<boolean> {
    const rows = await this.query(
      `SELECT 1 FROM deployments.deployment
       WHERE environment_id = $1 AND status <> 'undeployed' LIMIT 1`,
      [id],
    );
    return rows.length > 0;
  }

  async boundTo(project: string, deploymentId: string): Promise<string | undefined> {
    const [row] = await this.query<{ environment_id: string | null }>(
      'SELECT environment_id FROM deployments.deployment WHERE project_id = $1 AND id = $2',
      [project, deploymentId],
    );
    return row?.environment_id ?? undefined;
  }

  async exists(project: string, id: string): Promise<boolean> {
    return (await this.find(project, id)) !== undefined;
  }

  /** Somebody may have called another environment as the default one is called. */
  private async freeName(project: string): Promise<string> {
    const names = new Set((await this.list(project)).map(({ name }) => name.toLowerCase()));
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? DEFAULT_NAME : `${DEFAULT_NAME}-${n}`;
      if (!names.has(name)) return name;
    }
  }

  private async one(text: string, values: readonly unknown[]): Promise<Environment | undefined> {
    const [row] = await this.query<Row>(text, values);
    return row && toEnvironment(row);
  }

  private async write(text: string, values: readonly unknown[]): Promise<void> {
    try {
      await this.query(text, values);
    } catch (error) {
      if (violatedConstraint(error) !== 'environment_name') throw error;
      const message = 'there is already an environment of this name';
      throw new DomainError('ENVIRONMENT_EXISTS', message, {}, { cause: error });
    }
  }

  private query<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.use((manager) => manager.query<R[]>(text, [...values]));
  }
}

function toEnvironment(row: Row): Environment {
  return {
    id: row.id,
    project: row.project_id,
    name: row.name,
    variables: row.variables,
    isDefault: row.is_default,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
