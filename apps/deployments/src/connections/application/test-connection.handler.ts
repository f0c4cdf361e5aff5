import { Inject, Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isAppError } from '@runnel/errors';
import { isId } from '@runnel/ids';
import type { ConnectionTestResult } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { OAUTH_PROVIDERS, type OAuthProvider } from '../../oauth-providers/oauth-providers';
import { type Connection, connectionNotFound } from '../domain/connection';
import { ConnectionProbe } from './connection-probe.port';
import { ConnectionStore } from './connection-store.port';
import { CredentialHandler } from './credential.handler';

/** Finds out whether a credential is accepted. */
@Injectable()
export class TestConnectionHandler {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly credentials: CredentialHandler,
    private readonly probe: ConnectionProbe,
    private readonly clock: Clock,
    @Inject(OAUTH_PROVIDERS) private readonly providers: readonly OAuthProvider[],
  ) {}

  /**
   * Calls `url`, or what the provider names for it, with the credential. A credential that is refused is a result, not an
   * error; it is also noted as the connection's status.
   * @throws DomainError FORBIDDEN, CONNECTION_NOT_FOUND
   */
  async handle(
    identity: Identity,
    id: string,
    url: string | undefined,
  ): Promise<ConnectionTestResult> {
    assertAllowed(identity, PERMISSIONS['test-connection']);
    const found = isId('connection', id)
      ? await this.connections.find(identity.project, id)
      : undefined;
    if (!found) throw connectionNotFound();
    try {
      return await this.try(found, url ?? this.testUrlOf(found));
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { success: false, error: error.message };
    }
  }

  private async try(found: Connection, url: string | undefined): Promise<ConnectionTestResult> {
    if (url === undefined) {
      await this.credentials.fresh(found);
      return { success: true, message: 'the credential is there; give a url to have it used' };
    }
    const { headers } = await this.credentials.authorize(found.project, found.id, url);
    const status = await this.probe.status(url, headers);
    const isRefused = status === 401 || status === 403;
    await this.note(found, isRefused ? 'invalid' : 'active', status);
    if (status < 400) return { success: true, message: `answered ${status}`, status };
    const error = isRefused
      ? `the credential was refused (${status})`
      : `the server answered ${status}`;
    return { success: false, error, status };
  }

  /** Only an acceptance or a refusal says anything of the credential. */
  private async note(
    { project, id }: Connection,
    status: 'active' | 'invalid',
    answer: number,
  ): Promise<void> {
    if (status === 'active' && answer >= 400) return;
    await this.connections.setStatus(project, id, status, this.clock.now());
  }

  private testUrlOf({ type, provider }: Connection): string | undefined {
    if (type !== 'oauth') return undefined;
    return this.providers.find(({ id }) => id === provider)?.testUrl;
  }
}
