import { Injectable } from '@nestjs/common';
import { EntityDatabase } from '../../storage/entity-database';
import { RevocationList } from '../application/revocation-list.port';

@Injectable()
export class PostgresRevocationList extends RevocationList {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async add(jti: string, until: Date, now: Date): Promise<void> {
    await this.database.use(async (manager) => {
      await manager.query('DELETE FROM deployments.revoked_token WHERE expires_at <= $1', [now]);
      await manager.query(
        `INSERT INTO deployments.revoked_token (jti, expires_at) VALUES ($1, $2)
         ON CONFLICT (jti) DO NOTHING`,
        [jti, until],
      );
    });
  }

  async has(jti: string): Promise<boolean> {
    const rows = await this.database.use((manager) =>
      manager.query<unknown[]>('SELECT 1 FROM deployments.revoked_token WHERE jti = $1', [jti]),
    );
    return rows.length > 0;
  }
}
