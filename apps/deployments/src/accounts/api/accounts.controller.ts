import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type Account, Answers, type Empty } from '@runnel/messaging';
import { z } from 'zod';

import { decode } from '../../decoding/decode';
import { line } from '../../decoding/texts';
import { AuthenticateHandler } from '../application/authenticate.handler';
import { GetAccountHandler } from '../application/get-account.handler';
import { GithubLoginHandler } from '../application/github-login.handler';
import { RegisterUserHandler } from '../application/register-user.handler';
import { RevocationList } from '../application/revocation-list.port';
import { RevokeTokenHandler } from '../application/revoke-token.handler';

const id = z.string().min(1).max(128);
const register = z.object({
  email: line(254), // RFC 5321, 4.5.3.1
  password: z.string(),
  firstName: line(100),
  lastName: line(100),
});
// Longer than any real login or password: nothing is worked on without a bound.
const authenticate = z.object({ login: z.string().max(1_000), password: z.string().max(1_000) });
const githubLogin = z.object({ code: z.string().min(1).max(1_000) });
const account = z.object({ userId: id, project: id });
const token = z.object({ jti: id });
const revocation = z.object({ jti: id, expiresAt: z.iso.datetime({ offset: true }) });

@Controller()
export class AccountsController {
  constructor(
    private readonly registration: RegisterUserHandler,
    private readonly authentication: AuthenticateHandler,
    private readonly github: GithubLoginHandler,
    private readonly accounts: GetAccountHandler,
    private readonly revocation: RevokeTokenHandler,
    private readonly revocations: RevocationList,
  ) {}

  @Answers('svc.deployments.register')
  register(@Payload() request: unknown): Promise<Account> {
    return this.registration.handle(decode(register, request));
  }

  @Answers('svc.deployments.authenticate')
  authenticate(@Payload() request: unknown): Promise<Account> {
    return this.authentication.handle(decode(authenticate, request));
  }

  @Answers('svc.deployments.login-with-github')
  loginWithGithub(@Payload() request: unknown): Promise<Account> {
    return this.github.handle(decode(githubLogin, request).code);
  }

  @Answers('svc.deployments.get-account')
  getAccount(@Payload() request: unknown): Promise<Account> {
    return this.accounts.handle(decode(account, request));
  }

  @Answers('svc.deployments.revoke-token')
  async revokeToken(@Payload() request: unknown): Promise<Empty> {
    const { jti, expiresAt } = decode(revocation, request);
    await this.revocation.handle({ jti, expiresAt: new Date(expiresAt) });
    return {};
  }

  @Answers('svc.deployments.is-token-revoked')
  async isTokenRevoked(@Payload() request: unknown): Promise<{ revoked: boolean }> {
    return { revoked: await this.revocations.has(decode(token, request).jti) };
  }
}
