import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { ServiceClient } from '@runnel/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { credentialOf } from '../../http/access/credential';
import { Caller, Input, Public, RequiresLogin, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import type { TimedEnvelope } from '../envelopes';
import {
  getMe,
  getProviders,
  login,
  loginWithGithub,
  logout,
  refresh,
  register,
  type SessionResponse,
  toSessionResponse,
  toUserResponse,
} from './auth.dto';
import { endedCookie, sessionCookie } from './session-cookie';
import { type NewSession, Sessions } from './sessions';

/** contracts/automation.md E.1. */
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly sessions: Sessions,
    private readonly services: ServiceClient,
    private readonly clock: Clock,
  ) {}

  @Get('providers')
  @Public()
  @Serves(getProviders)
  providers(): TimedEnvelope<object> {
    const { githubClientId } = this.sessions;
    return this.timed({
      local: true,
      github: githubClientId !== undefined,
      ...(githubClientId !== undefined && { githubClientId }),
      registration: this.sessions.isOpen,
    });
  }

  @Post('register')
  @Public()
  @Serves(register)
  async register(
    @Input() { body }: InputOf<typeof register>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    const { email, password, firstName, lastName } = body;
    return this.open(
      await this.sessions.register({ email, password, firstName, lastName }),
      request,
      reply,
    );
  }

  @Post('login')
  @Public()
  @Serves(login)
  async logIn(
    @Input() { body }: InputOf<typeof login>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    const session = await this.sessions.logIn(body.email ?? body.username ?? '', body.password);
    return this.open(session, request, reply);
  }

  @Post('github')
  @Public()
  @Serves(loginWithGithub)
  async logInWithGithub(
    @Input() { body }: InputOf<typeof loginWithGithub>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    return this.open(await this.sessions.logInWithGithub(body.code), request, reply);
  }

  /** Public, since an expired token is welcome here; `Sessions` judges it. */
  @Post('refresh')
  @Public()
  @Serves(refresh)
  async refresh(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    const session = await this.sessions.refresh(credentialOf(request.headers));
    return this.open(session, request, reply);
  }

  @Post('logout')
  @RequiresLogin()
  @Serves(logout)
  async logOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.logOut(credentialOf(request.headers));
    reply.header('set-cookie', endedCookie(isSecure(request)));
  }

  @Get('me')
  @RequiresLogin()
  @Serves(getMe)
  async me(@Caller() identity: Identity): Promise<TimedEnvelope<object>> {
    const { kind, id, project } = identity;
    if (identity.kind === 'api_key') {
      return this.timed({ kind, id, project, scopes: identity.scopes });
    }
    const account = await this.services.call('svc.deployments.get-account', {
      userId: id,
      project,
    });
    const { role: projectRole } = account;
    return this.timed({ kind, ...toUserResponse(account), project, projectRole });
  }

  private open(
    { token, account }: NewSession,
    request: FastifyRequest,
    reply: FastifyReply,
  ): SessionResponse {
    reply.header('set-cookie', sessionCookie(token, isSecure(request)));
    reply.header('cache-control', 'no-store');
    return toSessionResponse(token, account, this.clock.iso());
  }

  private timed<T>(data: T): TimedEnvelope<T> {
    return { success: true, data, timestamp: this.clock.iso() };
  }
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}
