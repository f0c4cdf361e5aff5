import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
}

/**
 * A small OAuth 2 server as providers run them: authorization codes that are good once and tied to a PKCE challenge, refresh
 * tokens that are replaced at each use, and an API that takes its tokens. It also answers as GitHub does.
 */
export class OAuthProviderServer {
  readonly clientId = 'client-17';
  readonly clientSecret = 'client-secret-of-the-test';
  /** Life of the next access tokens, seconds. */
  lifeSeconds = 3_600;
  /** Refuse every refresh from now on, as a provider does when its user takes back the authorization. */
  revoked = false;
  /** Tokens that were given and are not replaced. */
  readonly valid = new Set<string>();
  /** Every token that was ever given. */
  readonly given: string[] = [];
  refreshes = 0;
  /** Who the next GitHub code is of. */
  githubUser: { id: number; login: string; name: string | null; email: string; verified: boolean } =
    { id: 1, login: 'octo', name: 'Octo Cat', email: 'octo@example.com', verified: true };
  private readonly codes = new Map<string, Grant>();
  private readonly refreshTokens = new Set<string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<OAuthProviderServer> {
    const provider = new OAuthProviderServer();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What the browser does: follows the authorization URL, agrees, and is sent back with a code. */
  agree(authorizeUrl: string): { readonly callback: URL } {
    const url = new URL(authorizeUrl);
    const parameter = (name: string): string => url.searchParams.get(name) ?? '';
    if (parameter('client_id') !== this.clientId) throw new Error('unknown client');
    if (parameter('code_challenge_method') !== 'S256') throw new Error('no PKCE');
    const code = randomUUID();
    const redirectUri = parameter('redirect_uri');
    this.codes.set(code, { challenge: parameter('code_challenge'), redirectUri });
    const callback = new URL(redirectUri);
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', parameter('state'));
    return { callback };
  }

  /** A code as GitHub gives it to the browser. */
  githubCode(): string {
    const code = randomUUID();
    this.codes.set(code, { challenge: '', redirectUri: '' });
    return code;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    const form = new URLSearchParams(body);
    const send = (status: number, value: unknown): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(value));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    switch (request.url?.split('?')[0]) {
      case '/token':
        return this.token(form, send);
      case '/login/oauth/access_token':
        if (!this.isClient(form) || !this.codes.delete(form.get('code') ?? '')) {
          return send(200, { error: 'bad_verification_code' });
        }
        return send(200, { access_token: this.give(), token_type: 'bearer' });
      case '/user':
        if (!this.valid.has(token)) return send(401, {});
        return send(200, this.githubUser);
      case '/user/emails': {
        const { email, verified } = this.githubUser;
        return send(200, [{ email, verified, primary: true }]);
      }
      default:
        return this.valid.has(token)
          ? send(200, { you: 'are known', sent: request.headers.authorization })
          : send(401, { error: 'invalid_token' });
    }
  }

  private token(form: URLSearchParams, send: (status: number, value: unknown) => void): void {
    if (!this.isClient(form)) return send(401, { error: 'invalid_client' });
    if (form.get('grant_type') === 'refresh_token') {
      this.refreshes += 1;
      const known = this.refreshTokens.delete(form.get('refresh_token') ?? '');
      if (!known || this.revoked) return send(400, { error: 'invalid_grant' });
      return send(200, this.tokens());
    }
    const code = form.get('code') ?? '';
    const grant = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    if (!isGood) return send(400, { error: 'invalid_grant' });
    send(200, { ...this.tokens(), scope: 'read write' });
  }

  private tokens() {
    const refresh = `refresh-${randomUUID()}`;
    this.refreshTokens.add(refresh);
    this.given.push(refresh);
    return {
      access_token: this.give(),
      token_type: 'bearer',
      refresh_token: refresh,
      expires_in: this.lifeSeconds,
    };
  }

  private give(): string {
    const access = `access-${randomUUID()}`;
    this.valid.clear();
    this.valid.add(access);
    this.given.push(access);
    return access;
  }

  private isClient(form: URLSearchParams): boolean {
    return (
      form.get('client_id') === this.clientId && form.get('client_secret') === this.clientSecret
    );
  }
}
