import { Injectable } from '@nestjs/common';
import { SecretBox } from '@runnel/auth';

import { EntityDatabase } from '../../storage/entity-database';
import { type OAuthState, OAuthStateStore } from '../application/oauth-state-store.port';

/** Authorizations of one project that can be under way at once; the oldest gives way. */
const MAX_OPEN = 100;

interface Row {
  readonly id: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly provider: string;
  readonly verifier_box: string;
  readonly redirect_uri: string;
  readonly display_name: string | null;
  readonly expires_at: Date;
}

const placeOf = (id: string): string => `oauth_state/${id}`;

@Injectable()
export class PostgresOAuthStates extends OAuthStateStore {
  constructor(
    private readonly database: EntityDatabase,
    private readonly box: SecretBox,
  ) {
    super();
  }

  add(state: OAuthState, now: Date): Promise<void> {
    return this.database.inTransaction(async () => {
      await this.query('DELETE FROM deployments.oauth_state WHERE expires_at <= $1', [now]);
      await this.query(
        `DELETE FROM deployments.oauth_state WHERE id IN (
           SELECT id FROM deployments.oauth_state WHERE project_id = $1
           ORDER BY expires_at DESC OFFSET $2)`,
        [state.project, MAX_OPEN - 1],
      );
      await this.query(
        'INSERT INTO deployments.oauth_state VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
        [
          state.id,
          state.project,
          state.userId,
          state.provider,
          this.box.encrypt(state.verifier, placeOf(state.id)),
          state.redirectUri,
          state.displayName ?? null,
          state.expiresAt,
        ],
      );
    });
  }

  async take(id: string): Promise<OAuthState | undefined> {
    const [rows] = await this.database.use((manager) =>
      manager.query<[Row[], number]>(
        'DELETE FROM deployments.oauth_state WHERE id = $1 RETURNING *',
        [id],
      ),
    );
    const row = rows[0];
    return (
      row && {
        id: row.id,
        project: row.project_id,
        userId: row.user_id,
        provider: row.provider,
        verifier: this.box.decrypt(row.verifier_box, placeOf(row.id)),
        redirectUri: row.redirect_uri,
        displayName: row.display_name ?? undefined,
        expiresAt: row.expires_at,
      }
    );
  }

  private async query(text: string, values: readonly unknown[]): Promise<void> {
    await this.database.use((manager) => manager.query(text, [...values]));
  }
}
