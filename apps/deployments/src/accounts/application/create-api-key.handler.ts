import { Injectable } from '@nestjs/common';
import {
  assertAllowed,
  type Identity,
  mayGrantScope,
  newApiKey,
  PERMISSIONS,
  SCOPES,
} from '@runnel/auth';
import { DomainError, InvalidInputError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { ApiKeyView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { type ApiKeyRequest, expiryOf, scopesOf } from '../domain/api-key-request';
import { toApiKeyView } from './account-view';
import { type ApiKey, ApiKeyStore } from './api-key-store.port';

/** Keys of a project that are not revoked. */
const MAX_KEYS = 200;

@Injectable()
export class CreateApiKeyHandler {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a key and shows it this once.
   * @throws DomainError FORBIDDEN when a scope exceeds what `identity` holds; InvalidInputError VALIDATION
   */
  async handle(
    identity: Identity,
    request: ApiKeyRequest,
  ): Promise<{ apiKey: ApiKeyView; key: string }> {
    assertAllowed(identity, PERMISSIONS['create-api-key']);
    const scopes = scopesOf(request, (scope) => SCOPES.has(scope));
    refuseExcess(identity, scopes);
    const { key, hash, prefix } = newApiKey();
    const now = this.clock.now();
    const apiKey: ApiKey = {
      id: newId('apiKey'),
      project: identity.project,
      name: request.name,
      keyHash: hash,
      keyPrefix: prefix,
      scopes,
      createdBy: identity.id,
      createdAt: now,
      expiresAt: expiryOf(request, now),
      lastUsedAt: null,
      revokedAt: null,
    };
    if (!(await this.keys.add(apiKey, MAX_KEYS))) {
      const message = `a project may have ${MAX_KEYS} API keys; revoke one first`;
      throw new InvalidInputError('VALIDATION', message);
    }
    await this.notices.changed({ project: identity.project, apiKeyHashes: [hash] });
    return { apiKey: toApiKeyView(apiKey), key };
  }
}

function refuseExcess(identity: Identity, scopes: readonly string[]): void {
  const excess = scopes.find((scope) => !mayGrantScope(identity, scope));
  if (excess === undefined) return;
  throw new DomainError('FORBIDDEN', `you cannot grant a scope that you do not hold: ${excess}`, {
    scope: excess,
  });
}
