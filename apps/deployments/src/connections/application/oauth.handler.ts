import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { ConnectionView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { CONFIG, type DeploymentsConfig } from '../../config';
import { OAUTH_PROVIDERS, type OAuthProvider } from '../../oauth-providers/oauth-providers';
import { checkedHosts } from '../domain/allowed-hosts';
import type { Connection } from '../domain/connection';
import { knownProvider } from '../domain/known-providers';
import { ConnectionStore } from './connection-store.port';
import { toConnectionView } from './connection-view';
import { addConnection } from './create-connection.handler';
import { credentialOf } from './credential.handler';
import { OAuthClient, type OAuthTokens } from './oauth-client.port';
import { type OAuthState, OAuthStateStore } from './oauth-state-store.port';

/** Time a user has at the provider. */
const STATE_MS = 10 * 60_000;

interface Begin {
  readonly provider: string;
  readonly redirectUri: string;
  readonly displayName?: string | undefined;
}

interface Return {
  readonly provider: string;
  readonly state: string;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
}

/** Connections by the authorization-code grant with PKCE (RFC 6749, 4.1; RFC 7636; RFC 9700). */
@Injectable()
export class OAuthHandler {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'keys'>,
    @Inject(OAUTH_PROVIDERS) private readonly providers: readonly OAuthProvider[],
    private readonly states: OAuthStateStore,
    private readonly connections: ConnectionStore,
    private readonly client: OAuthClient,
    private readonly clock: Clock,
  ) {}

  /** Where the user's browser is to go. @throws DomainError FORBIDDEN, PROVIDER_NOT_FOUND */
  async start(identity: Identity, { provider, redirectUri, displayName }: Begin): Promise<string> {
    assertAllowed(identity, PERMISSIONS['start-oauth']);
    const known = this.providerOf(provider);
    const now = this.clock.now();
    const state: OAuthState = {
      id: randomBytes(24).toString('base64url'),
      project: identity.project,
      userId: identity.id,
      provider: known.id,
      verifier: randomBytes(48).toString('base64url'),
      redirectUri,
      displayName,
      expiresAt: new Date(now.getTime() + STATE_MS),
    };
    await this.states.add(state, now);
    return authorizeUrl(known, state, `${state.id}.${this.sign(state.id)}`);
  }

  /**
   * The connection that the user has authorized. A state is good once, for who began it and until it expires, whatever
   * comes of it.
   * @throws DomainError FORBIDDEN, PROVIDER_NOT_FOUND, OAUTH_STATE_INVALID, OAUTH_FAILED, LIMIT_EXCEEDED
   */
  async finish(identity: Identity, returned: Return): Promise<ConnectionView> {
    assertAllowed(identity, PERMISSIONS['finish-oauth']);
    const provider = this.providerOf(returned.provider);
    const state = await this.takeState(identity, returned);
    const { code, error } = returned;
    if (code === undefined) {
      const reason = /^[a-z_]{1,40}$/.test(error ?? '') ? ` (${error})` : '';
      throw new DomainError('OAUTH_FAILED', `the authorization was not given${reason}`);
    }
    const { verifier, redirectUri } = state;
    const tokens = await this.client.exchange(provider, { code, verifier, redirectUri });
    const connection = this.connectionOf(identity, provider, state, tokens);
    await addConnection(this.connections, connection);
    return toConnectionView(connection);
  }

  private async takeState(identity: Identity, { provider, state }: Return): Promise<OAuthState> {
    const [id = '', signature = ''] = state.split('.');
    const isOurs = isSame(signature, this.sign(id));
    const taken = isOurs ? await this.states.take(id) : undefined;
    const isTheirs =
      taken?.project === identity.project &&
      taken.userId === identity.id &&
      taken.provider === provider;
    if (taken && isTheirs && taken.expiresAt > this.clock.now()) return taken;
    const message = 'the authorization has expired, was used already or was begun by somebody else';
    throw new DomainError('OAUTH_STATE_INVALID', `${message}; start again`);
  }

  private connectionOf(
    identity: Identity,
    provider: OAuthProvider,
    { displayName }: OAuthState,
    tokens: OAuthTokens,
  ): Connection {
    const now = this.clock.now();
    const hosts =
      provider.allowedHosts.length > 0
        ? provider.allowedHosts
        : knownProvider(provider.id).allowedHosts;
    return {
      id: newId('connection'),
      project: identity.project,
      provider: provider.id,
      displayName: displayName ?? provider.displayName ?? provider.id,
      type: 'oauth',
      status: 'active',
      scopes: tokens.scopes ?? provider.scopes,
      allowedHosts: checkedHosts(hosts),
      auth: { scheme: 'bearer' },
      credential: credentialOf(tokens, now),
      createdBy: identity.id,
      createdAt: now,
      updatedAt: now,
    };
  }

  private providerOf(id: string): OAuthProvider {
    const found = this.providers.find((provider) => provider.id === id);
    if (found) return found;
    const message = 'there is no such provider; the operator configures them';
    throw new DomainError('PROVIDER_NOT_FOUND', message);
  }

  private sign(id: string): string {
    return createHmac('sha256', this.config.keys.oauthState).update(id).digest('base64url');
  }
}

function authorizeUrl(provider: OAuthProvider, state: OAuthState, signed: string): string {
  const url = new URL(provider.authorizeUrl);
  const parameters = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: state.redirectUri,
    ...(provider.scopes.length === 0 ? {} : { scope: provider.scopes.join(' ') }),
    state: signed,
    code_challenge: createHash('sha256').update(state.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
