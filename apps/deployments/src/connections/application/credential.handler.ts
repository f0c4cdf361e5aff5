import { Inject, Injectable } from '@nestjs/common';
import { isAppError } from '@runnel/errors';
import { isId } from '@runnel/ids';

import { Clock } from '../../clock/clock';
import { OAUTH_PROVIDERS, type OAuthProvider } from '../../oauth-providers/oauth-providers';
import { Transactions } from '../../storage/transactions';
import { mayBeSentTo } from '../domain/allowed-hosts';
import { type Authentication, authentication } from '../domain/authenticate-request';
import { type Connection, connectionNotFound, expired, hostNotAllowed } from '../domain/connection';
import { ConnectionStore } from './connection-store.port';
import { OAuthClient, type OAuthTokens } from './oauth-client.port';

/** A token is renewed when it has less than this left. */
const RENEW_BEFORE_MS = 60_000;

/** Turns connections into the headers of requests, with tokens that are valid now. */
@Injectable()
export class CredentialHandler {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly oauth: OAuthClient,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(OAUTH_PROVIDERS) private readonly providers: readonly OAuthProvider[],
  ) {}

  /**
   * What authenticates a request to `url`; a credential goes to hosts that its connection lists and to no other.
   * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_HOST_NOT_ALLOWED, CONNECTION_EXPIRED; UnavailableError
   */
  async authorize(project: string, id: string, url: string): Promise<Authentication> {
    const found = isId('connection', id) ? await this.connections.find(project, id) : undefined;
    if (!found) throw connectionNotFound();
    if (!mayBeSentTo(found.allowedHosts, url)) throw hostNotAllowed();
    return authentication(await this.fresh(found), toBase64);
  }

  /** The connection with a token that is valid for a while. @throws like `authorize` */
  async fresh(connection: Connection): Promise<Connection> {
    if (connection.status === 'expired') throw expired();
    if (!this.isDue(connection)) return connection;
    const outcome = await this.transactions.inTransaction(() => this.renew(connection));
    if (outcome.status === 'expired') throw expired();
    return outcome;
  }

  /**
   * Under the row's lock: providers that give a new refresh token with each use would take a second use of the old one
   * for theft, and end the authorization.
   */
  private async renew({ project, id }: Connection): Promise<Connection> {
    const held = await this.connections.lock(project, id);
    if (!held) throw connectionNotFound();
    if (held.status === 'expired' || !this.isDue(held)) return held;
    const provider = this.providers.find((known) => known.id === held.provider);
    const refreshToken =
      held.credential.kind === 'oauth' ? held.credential.refreshToken : undefined;
    const now = this.clock.now();
    const ended = { ...held, status: 'expired' as const, updatedAt: now };
    if (provider === undefined || refreshToken === undefined) return this.saved(ended);
    try {
      const tokens = await this.oauth.refresh(provider, refreshToken);
      const credential = credentialOf(tokens, now, refreshToken);
      return await this.saved({ ...held, status: 'active', credential, updatedAt: now });
    } catch (error) {
      if (!isAppError(error, 'CONNECTION_EXPIRED')) throw error;
      return this.saved(ended);
    }
  }

  private async saved(connection: Connection): Promise<Connection> {
    await this.connections.save(connection);
    return connection;
  }

  private isDue({ credential }: Connection): boolean {
    if (credential.kind !== 'oauth' || credential.expiresAt === undefined) return false;
    return Date.parse(credential.expiresAt) - this.clock.now().getTime() < RENEW_BEFORE_MS;
  }
}

/** Tokens as they are stored. A provider that sends no new refresh token means the old one to be used again. */
export function credentialOf(
  { accessToken, refreshToken, expiresInSeconds }: OAuthTokens,
  now: Date,
  oldRefreshToken?: string,
): Extract<Connection['credential'], { kind: 'oauth' }> {
  return {
    kind: 'oauth',
    accessToken,
    refreshToken: refreshToken ?? oldRefreshToken,
    expiresAt:
      expiresInSeconds === undefined
        ? undefined
        : new Date(now.getTime() + expiresInSeconds * 1_000).toISOString(),
  };
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
