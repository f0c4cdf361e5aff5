import type { Identity } from '@runnel/auth';
import type { FastifyRequest } from 'fastify';

import { HttpProblem } from '../errors/problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard once a credential has proved it. */
    identity: Identity | null;
  }
}

/** The identity that the access guard found. Throws HttpProblem UNAUTHORIZED when there is none. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity) return request.identity;
  throw new HttpProblem(401, 'UNAUTHORIZED', 'authentication required', { global: true });
}
