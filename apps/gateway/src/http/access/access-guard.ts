import { Inject, Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isAppError } from '@runnel/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CONFIG, type GatewayConfig } from '../../config';
import { HttpProblem, problemOf } from '../errors/problem';
import { clientAddress } from '../limits/client-address';
import { RequestLimits } from '../limits/request-limits';
import type { Access } from '../route-declaration';
import { type Credential, credentialOf } from './credential';
import { Identify } from './identify';
import { isSameOrigin } from './same-origin';

type Done = (error?: Error) => void;

/**
 * Stands before every route, whoever registered it: who is asking, may they, how often. A route that
 * declares nothing is closed; a public one is the route object itself, never a matter of its path's text.
 */
@Injectable()
export class AccessGuard {
  constructor(
    private readonly identify: Identify,
    private readonly limits: RequestLimits,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Fastify's `onRequest`. Public routes take the synchronous way. */
  readonly onRequest = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    if (request.is404) return done();
    const { access } = request.routeOptions.config;
    if (access?.kind === 'public') return this.admit(request, reply, done);
    if (!access) return done(closed());
    this.authenticate(request, access)
      .then(() => this.admit(request, reply, done))
      .catch((error: unknown) => done(refusal(error)));
  };

  /**
   * The identity behind a credential that came from `address`, with the right to what `access` asks for.
   * Throws what refuses it.
   */
  async authorize(
    credential: Credential | undefined,
    access: Access,
    address: string,
  ): Promise<Identity> {
    if (!credential) throw unauthenticated('authentication required');
    const identity = await this.identify.identify(credential, () =>
      this.limits.checkUnknownCredential(address),
    );
    if (access.kind === 'permission') assertAllowed(identity, PERMISSIONS[access.command]);
    return identity;
  }

  /** Counts a socket that is opened. Throws HttpProblem 429 RATE_LIMITED. */
  admitUpgrade({ id }: Identity): void {
    this.limits.checkUpgrade(id);
  }

  private async authenticate(request: FastifyRequest, access: Access): Promise<void> {
    const credential = credentialOf(request.headers);
    if (isCookie(credential) && request.method !== 'GET' && !this.isOurs(request)) {
      throw new HttpProblem(
        403,
        'FORBIDDEN',
        'a session cookie is only good for pages of this site',
        {
          global: true,
        },
      );
    }
    request.identity = await this.authorize(credential, access, clientAddress(request.ip));
  }

  private admit(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    try {
      this.limits.check(request, reply);
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  private isOurs(request: FastifyRequest): boolean {
    return isSameOrigin(request.headers, this.config.RUNNEL_PUBLIC_URL);
  }
}

function isCookie(credential: Credential | undefined): boolean {
  return credential?.kind === 'token' && credential.from === 'cookie';
}

/** Refusals of the guard are global: flat at the automation door (contracts/automation.md A.3). */
function refusal(error: unknown): Error {
  if (isAppError(error, 'UNAUTHORIZED')) return unauthenticated(error.message);
  const problem = problemOf(error);
  if (problem.status === 500 || error instanceof HttpProblem) return error as Error;
  const { status, code, message, headers } = problem;
  return new HttpProblem(status, code, message, { global: true, ...(headers && { headers }) });
}

function unauthenticated(message: string): HttpProblem {
  return new HttpProblem(401, 'UNAUTHORIZED', message, {
    global: true,
    headers: { 'www-authenticate': 'Bearer' },
  });
}

function closed(): HttpProblem {
  return new HttpProblem(403, 'FORBIDDEN', 'this route is open to nobody', { global: true });
}
