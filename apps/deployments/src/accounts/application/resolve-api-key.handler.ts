import { Injectable } from '@nestjs/common';
import type { ResponseOf } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { type ApiKey, ApiKeyStore } from './api-key-store.port';

/** How exact `lastUsedAt` is; without it every request would be a write. */
const TOUCH_EVERY_MS = 60_000;
const HASH = /^[0-9a-f]{64}$/;

/** Says whom an API key speaks for. */
@Injectable()
export class ResolveApiKeyHandler {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  /** By the hash of the raw key; a null identity when it is unknown, revoked or expired. */
  async handle(keyHash: string): Promise<ResponseOf<'svc.deployments.resolve-api-key'>> {
    if (!HASH.test(keyHash)) return { identity: null };
    const key = await this.keys.findByHash(keyHash);
    const now = this.clock.now();
    if (!key || !isUsable(key, now)) return { identity: null };
    if (now.getTime() - (key.lastUsedAt?.getTime() ?? 0) >= TOUCH_EVERY_MS) {
      await this.keys.touch(key.id, now);
    }
    const { id, project, scopes, expiresAt } = key;
    return {
      identity: { kind: 'api_key', id, project, scopes },
      ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    };
  }
}

function isUsable(key: ApiKey, now: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}
