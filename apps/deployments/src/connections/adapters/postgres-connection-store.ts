import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';

import { EntityDatabase } from '../../storage/entity-database';
import { ConnectionStore } from '../application/connection-store.port';
import type { Auth, Connection, Credential } from '../domain/connection';

interface Row {
  readonly id: string;
  readonly project_id: string;
  readonly provider: string;
  readonly display_name: string;
  readonly type: Connection['type'];
  readonly status: Connection['status'];
  readonly scopes: string[] | null;
  readonly allowed_hosts: string[];
  readonly auth: Auth;
  readonly credential_box: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const SELECT = 'SELECT * FROM deployments.connection WHERE project_id = $1';

/** Ties an encrypted credential to its project and row. */
const placeOf = (project: string, id: string): string => `connection/${project}/${id}`;

@Injectable()
export class PostgresConnectionStore extends ConnectionStore {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async list(project: string): Promise<readonly Connection[]> {
    const rows = await this.query<Row>(`${SELECT} ORDER BY created_at DESC, id DESC`, [project]);
    return rows.map((row) => this.toConnection(row));
  }

  find(project: string, id: string): Promise<Connection | undefined> {
    return this.one(`${SELECT} AND id = $2`, [project, id]);
  }

  lock(project: string, id: string): Promise<Connection | undefined> {
    return this.one(`${SELECT} AND id = $2 FOR UPDATE`, [project, id]);
  }

  add(connection: Connection, limit: number): Promise<boolean> {
    return this.database.inTransaction(async () => {
      const { project } = connection;
      // The project's row is the lock: two made at once are counted one after the other.
      await this.query('SELECT 1 FROM deployments.project WHERE id = $1 FOR UPDATE', [project]);
      const [row] = await this.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM deployments.connection WHERE project_id = $1',
        [project],
      );
      if ((row?.count ?? 0) >= limit) return false;
      await this.query(
        `INSERT INTO deployments.connection (id, project_id, provider, type, created_by, created_at,
           display_name, status, scopes, allowed_hosts, auth, credential_box, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          connection.id,
          project,
          connection.provider,
          connection.type,
          connection.createdBy,
          connection.createdAt,
          ...this.changeable(connection),
        ],
      );
      return true;
    });
  }

  async save(connection: Connection): Promise<void> {
    await this.query(
      `UPDATE deployments.connection SET display_name = $3, status = $4, scopes = $5,
         allowed_hosts = $6, auth = $7, credential_box = $8, updated_at = $9
       WHERE project_id = $1 AND id = $2`,
      [connection.project, connection.id, ...this.changeable(connection)],
    );
  }

  async setStatus(project: string, id: string, status: 'active' | 'invalid', now: Date) {
    await this.query(
      `UPDATE deployments.connection SET status = $3, updated_at = $4
       WHERE project_id = $1 AND id = $2 AND status IN ('active', 'invalid') AND status <> $3`,
      [project, id, status, now],
    );
  }

  async remove(project: string, id: string): Promise<boolean> {
    const rows = await this.database.use((manager) =>
      manager.query<[unknown[], number]>(
        'DELETE FROM deployments.connection WHERE project_id = $1 AND id = $2',
        [project, id],
      ),
    );
    return rows[1] > 0;
  }

  private changeable(connection: Connection): readonly unknown[] {
    const { project, id, credential } = connection;
    return [
      connection.displayName,
      connection.status,
      connection.scopes,
      connection.allowedHosts,
      JSON.stringify(connection.auth),
      this.box.encrypt(JSON.stringify(credential), placeOf(project, id)),
      connection.updatedAt,
    ];
  }

  private toConnection(row: Row): Connection {
    const opened = this.box.decrypt(row.credential_box, placeOf(row.project_id, row.id));
    return {
      id: row.id,
      project: row.project_id,
      provider: row.provider,
      displayName: row.display_name,
      type: row.type,
      status: row.status,
      scopes: row.scopes,
      allowedHosts: row.allowed_hosts,
      auth: row.auth,
      credential: JSON.parse(opened) as Credential,
      createdBy: row.created_by,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }

  private async one(text: string, values: readonly unknown[]): Promise<Connection | undefined> {
    const [row] = await this.query<Row>(text, values);
    return row && this.toConnection(row);
  }

  private query<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.use((manager) => manager.query<R[]>(text, [...values]));
  }
}
