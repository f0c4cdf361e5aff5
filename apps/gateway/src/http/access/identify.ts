import { Inject, Injectable } from '@nestjs/common';
import {
  type DerivedKeys,
  hashApiKey,
  type Identity,
  type TokenClaims,
  verifyToken,
} from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { DomainError } from '@runnel/errors';
import { ServiceClient } from '@runnel/messaging';

import { changesAll, DefinitionChanges } from '../../cache/definition-changes';
import { FreshCache } from '../../cache/fresh-cache';
import type { Credential } from './credential';
import { KEYS } from './keys';

/** A key or token that was taken back elsewhere is refused here after at most this long. */
const FRESH_MS = 30_000;

interface ResolvedKey {
  readonly identity: Identity;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Proves who is asking. Answers of `deployments` are kept for 30 s, so that a request needs no other service. */
@Injectable()
export class Identify {
  private readonly apiKeys = new FreshCache<ResolvedKey>({
    freshMs: FRESH_MS,
    missingMs: 5_000,
    maxEntries: 10_000,
    serveStale: true,
  });
  private readonly tokens = new FreshCache<{ readonly revoked: boolean }>({
    freshMs: FRESH_MS,
    missingMs: 0,
    maxEntries: 10_000,
    serveStale: true,
  });

  constructor(
    @Inject(KEYS) private readonly keys: DerivedKeys,
    private readonly services: ServiceClient,
    private readonly clock: Clock,
    changes: DefinitionChanges,
  ) {
    changes.listen((change) => {
      const all = changesAll(change);
      const { apiKeyHashes, project } = change;
      this.apiKeys.drop(
        (hash, key) =>
          apiKeyHashes.includes(hash) || (all && (!key || key.identity.project === project)),
      );
    });
  }

  /**
   * The identity that a credential proves. `onUnknown` is called before another service is asked for a key
   * that this process does not know, and may refuse that; what it returns is called when the key is good.
   * @throws DomainError UNAUTHORIZED when it proves none; UnavailableError when that cannot be told now
   */
  async identify(credential: Credential, onUnknown: () => () => void): Promise<Identity> {
    if (credential.kind === 'api_key') return this.byApiKey(credential.key, onUnknown);
    const { sub, project, role } = await this.claims(credential.token);
    return { kind: 'user', id: sub, project, role };
  }

  /** The claims of a session token that is valid and was not revoked. Throws like `identify`. */
  async claims(token: string, options?: { readonly acceptExpired: boolean }): Promise<TokenClaims> {
    const now = this.clock.now();
    const claims = verifyToken(this.keys.jwt, token, new Date(now), options);
    const { jti } = claims;
    const state = await this.tokens.get(jti, now, () =>
      this.services.call('svc.deployments.is-token-revoked', { jti }),
    );
    if (state?.revoked !== true) return claims;
    throw new DomainError('UNAUTHORIZED', 'the token was revoked; log in again', {
      reason: 'revoked',
    });
  }

  /** A token of this process's own log-outs is dead here at once. */
  forgetToken(jti: string): void {
    this.tokens.drop((key) => key === jti);
  }

  private async byApiKey(key: string, onUnknown: () => () => void): Promise<Identity> {
    const keyHash = hashApiKey(key);
    const now = this.clock.now();
    const resolved = await this.apiKeys.get(keyHash, now, async () => {
      const onGood = this.apiKeys.knows(keyHash) ? undefined : onUnknown();
      const answer = await this.services.call('svc.deployments.resolve-api-key', { keyHash });
      const { identity, expiresAt } = answer;
      if (identity === null) return null;
      onGood?.();
      return { identity, expiresAt: expiresAt === undefined ? Infinity : Date.parse(expiresAt) };
    });
    if (resolved && resolved.expiresAt > now) return resolved.identity;
    throw new DomainError('UNAUTHORIZED', 'the API key is unknown, expired or revoked', {
      reason: 'invalid',
    });
  }
}
