import { Inject, Injectable } from '@nestjs/common';
import { type DerivedKeys, signToken } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { DomainError, isAppError } from '@runnel/errors';
import { type Account, ServiceClient } from '@runnel/messaging';

import { CONFIG, type GatewayConfig } from '../../config';
import type { Credential } from '../../http/access/credential';
import { Identify } from '../../http/access/identify';
import { KEYS } from '../../http/access/keys';

/** GitHub is asked three times. */
const GITHUB_TIMEOUT_MS = 15_000;

/** A session that has just begun. */
export interface NewSession {
  readonly token: string;
  readonly account: Account;
}

/** Registering, logging in and out; a session is a token that we signed. */
@Injectable()
export class Sessions {
  constructor(
    private readonly services: ServiceClient,
    private readonly identify: Identify,
    private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: DerivedKeys,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Throws DomainError LOCAL_AUTH_DISABLED, EMAIL_ALREADY_EXISTS. */
  async register(user: {
    readonly email: string;
    readonly password: string;
    readonly firstName: string;
    readonly lastName: string;
  }): Promise<NewSession> {
    if (!this.isOpen) {
      throw new DomainError('LOCAL_AUTH_DISABLED', 'registration is closed; ask an administrator');
    }
    return this.begin(await this.services.call('svc.deployments.register', user));
  }

  get isOpen(): boolean {
    return this.config.RUNNEL_REGISTRATION === 'open';
  }

  /** Throws DomainError INVALID_CREDENTIALS, whatever was wrong. */
  async logIn(login: string, password: string): Promise<NewSession> {
    return this.begin(
      await this.services.call('svc.deployments.authenticate', { login, password }),
    );
  }

  /** Public, and only there when logins with GitHub are set up. */
  get githubClientId(): string | undefined {
    return this.config.RUNNEL_GITHUB_CLIENT_ID;
  }

  /** Throws DomainError OAUTH_NOT_CONFIGURED, OAUTH_FAILED, EMAIL_ALREADY_EXISTS, REGISTRATION_CLOSED. */
  async logInWithGithub(code: string): Promise<NewSession> {
    return this.begin(
      await this.services.call(
        'svc.deployments.login-with-github',
        { code },
        { timeoutMs: GITHUB_TIMEOUT_MS },
      ),
    );
  }

  /** A new token for the holder of one that is valid or ended lately. Throws DomainError UNAUTHORIZED. */
  async refresh(credential: Credential | undefined): Promise<NewSession> {
    if (credential?.kind !== 'token') {
      throw new DomainError('UNAUTHORIZED', 'a session token is needed; log in');
    }
    const { sub, project } = await this.identify.claims(credential.token, { acceptExpired: true });
    try {
      // Asked anew: the role may have changed since.
      return this.begin(
        await this.services.call('svc.deployments.get-account', { userId: sub, project }),
      );
    } catch (error) {
      if (!isAppError(error, 'NOT_FOUND')) throw error;
      throw new DomainError('UNAUTHORIZED', 'the account is gone', {}, { cause: error });
    }
  }

  /** Ends the session of a token; other credentials have none. */
  async logOut(credential: Credential | undefined): Promise<void> {
    if (credential?.kind !== 'token') return;
    const { jti, exp } = await this.identify.claims(credential.token);
    const expiresAt = new Date(exp * 1_000).toISOString();
    await this.services.call('svc.deployments.revoke-token', { jti, expiresAt });
    this.identify.forgetToken(jti);
  }

  private begin(account: Account): NewSession {
    const { user, project, role } = account;
    const now = new Date(this.clock.now());
    const { token } = signToken(this.keys.jwt, { sub: user.id, project, role }, now);
    return { token, account };
  }
}
