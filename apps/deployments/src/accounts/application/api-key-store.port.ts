export interface ApiKey {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly keyHash: string;
  readonly keyPrefix: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export abstract class ApiKeyStore {
  /** Adds it unless the project has `limit` keys that are not revoked; false then. */
  abstract add(key: ApiKey, limit: number): Promise<boolean>;
  /** Newest first, at most `limit`. */
  abstract listOf(project: string, limit: number): Promise<readonly ApiKey[]>;
  abstract findByHash(keyHash: string): Promise<ApiKey | undefined>;
  /** The key as revoked, then or now; undefined when the project has no such key. */
  abstract revoke(project: string, id: string, at: Date): Promise<ApiKey | undefined>;
  /** Notes a use at `at`. */
  abstract touch(id: string, at: Date): Promise<void>;
}
