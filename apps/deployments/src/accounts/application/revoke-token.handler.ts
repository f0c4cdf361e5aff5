import { Injectable } from '@nestjs/common';
import { REFRESH_SECONDS, TOKEN_SECONDS } from '@runnel/auth';

import { Clock } from '../../clock/clock';
import { RevocationList } from './revocation-list.port';

/** Ends a session before its time. */
@Injectable()
export class RevokeTokenHandler {
  constructor(
    private readonly revocations: RevocationList,
    private readonly clock: Clock,
  ) {}

  /**
   * Remembers the token for as long as anything could be done with it, a refresh included, and never longer than any
   * token lives: the list cannot be filled by lying about `expiresAt`.
   */
  async handle(request: { jti: string; expiresAt: Date }): Promise<void> {
    const now = this.clock.now();
    const latest = now.getTime() + (TOKEN_SECONDS + REFRESH_SECONDS) * 1_000;
    const useless = request.expiresAt.getTime() + REFRESH_SECONDS * 1_000;
    await this.revocations.add(request.jti, new Date(Math.min(useless, latest)), now);
  }
}
