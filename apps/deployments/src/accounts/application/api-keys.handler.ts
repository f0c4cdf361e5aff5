import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { isId } from '@runnel/ids';
import type { ApiKeyView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { toApiKeyView } from './account-view';
import { ApiKeyStore } from './api-key-store.port';

/** Revoked keys stay in the list until it is full. */
const MAX_LISTED = 500;

/** Shows and revokes the keys of a project. */
@Injectable()
export class ApiKeysHandler {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /** Newest first. @throws DomainError FORBIDDEN */
  async list(identity: Identity): Promise<readonly ApiKeyView[]> {
    assertAllowed(identity, PERMISSIONS['list-api-keys']);
    return (await this.keys.listOf(identity.project, MAX_LISTED)).map(toApiKeyView);
  }

  /** The key opens nothing from now on. Again is no error. @throws DomainError FORBIDDEN, NOT_FOUND */
  async revoke(identity: Identity, id: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['revoke-api-key']);
    const revoked = isId('apiKey', id)
      ? await this.keys.revoke(identity.project, id, this.clock.now())
      : undefined;
    if (!revoked) throw new DomainError('NOT_FOUND', 'there is no such API key');
    await this.notices.changed({ project: identity.project, apiKeyHashes: [revoked.keyHash] });
  }
}
