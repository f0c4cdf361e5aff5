import { Injectable } from '@nestjs/common';
import { EgressClient } from '@runnel/egress';
import { DomainError, isAppError, UnavailableError } from '@runnel/errors';
import { z } from 'zod';

import type { OAuthProvider } from '../../oauth-providers/oauth-providers';
import { type CodeExchange, OAuthClient, type OAuthTokens } from '../application/oauth-client.port';
import { expired } from '../domain/connection';

const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 256 * 1024;

const token = z.string().min(1).max(8_192);
/** RFC 6749, 5.1; some providers send the seconds as text. */
const tokens = z.object({
  access_token: token,
  refresh_token: token.optional(),
  expires_in: z.coerce.number().positive().max(1_000_000_000).optional(),
  scope: z.string().max(10_000).optional(),
});
const refusal = z.object({ error: z.string().max(100) });

@Injectable()
export class EgressOAuthClient extends OAuthClient {
  constructor(private readonly egress: EgressClient) {
    super();
  }

  async exchange(
    provider: OAuthProvider,
    { code, verifier, redirectUri }: CodeExchange,
  ): Promise<OAuthTokens> {
    const answer = await this.ask(provider, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
    if ('accessToken' in answer) return answer;
    throw new DomainError('OAUTH_FAILED', `the provider gave no token (${answer.refusal})`);
  }

  async refresh(provider: OAuthProvider, refreshToken: string): Promise<OAuthTokens> {
    const answer = await this.ask(provider, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    if ('accessToken' in answer) return answer;
    if (answer.refusal === 'invalid_grant') throw expired();
    throw unavailable(provider, answer.refusal);
  }

  /** Redirects are not followed: what is sent is a secret, and meant for this URL alone. */
  private async ask(
    provider: OAuthProvider,
    parameters: Readonly<Record<string, string>>,
  ): Promise<OAuthTokens | { refusal: string }> {
    const { clientId, tokenAuth, tokenUrl } = provider;
    const clientSecret = provider.clientSecret?.reveal() ?? '';
    const isBasic = tokenAuth === 'basic';
    const body = new URLSearchParams({
      ...parameters,
      ...(isBasic ? {} : { client_id: clientId }),
      ...(isBasic || clientSecret === '' ? {} : { client_secret: clientSecret }),
    });
    const response = await this.egress
      .request({
        method: 'POST',
        url: tokenUrl,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(isBasic && { authorization: basic(clientId, clientSecret) }),
        },
        body: body.toString(),
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        maxRedirects: 0,
      })
      .catch((error: unknown) => {
        throw isAppError(error) ? unavailable(provider, error.code, error) : error;
      });
    return read(response.status, response.body.toString('utf8'));
  }
}

function read(status: number, text: string): OAuthTokens | { refusal: string } {
  const json = parse(text);
  const given = tokens.safeParse(json);
  if (status === 200 && given.success) {
    const { access_token, refresh_token, expires_in, scope } = given.data;
    return {
      accessToken: access_token,
      refreshToken: refresh_token,
      expiresInSeconds: expires_in,
      scopes: scope === undefined ? undefined : scope.split(/[ ,]+/).filter((name) => name !== ''),
    };
  }
  const refused = refusal.safeParse(json);
  const reason = refused.success && /^[a-z_]{1,40}$/.test(refused.data.error);
  return { refusal: reason ? refused.data.error : `status ${status}` };
}

/** RFC 6749, 2.3.1: both are form-encoded first. */
function basic(clientId: string, clientSecret: string): string {
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an error page: told apart by its status
  }
}

function unavailable(provider: OAuthProvider, why: string, cause?: unknown): UnavailableError {
  const message = `the provider ${provider.id} gives no token now (${why}); try again later`;
  return new UnavailableError(provider.id, message, { cause });
}
