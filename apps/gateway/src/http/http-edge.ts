import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '@runnel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AccessGuard } from './access/access-guard';
import { HttpProblem } from './errors/problem';
import { sendError } from './errors/send-error';
import { HttpMetrics } from './http-metrics';
import { parseJsonBodies } from './json/json-bodies';
import { OpenConnections } from './open-connections';
import { RouteInventory } from './route-inventory';
import { SECURITY_HEADERS } from './security-headers';

/** What every request passes, whichever door it goes to and whoever registered its route. */
@Injectable()
export class HttpEdge {
  constructor(
    private readonly guard: AccessGuard,
    private readonly metrics: HttpMetrics,
    private readonly inventory: RouteInventory,
    private readonly connections: OpenConnections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** To be called before the first route is registered. */
  install(fastify: FastifyInstance): void {
    fastify.decorateRequest('identity', null);
    this.inventory.watch(fastify);
    this.connections.watch(fastify);
    parseJsonBodies(fastify);
    fastify.addHook('onRequest', greet);
    fastify.addHook('onRequest', this.guard.onRequest);
    fastify.addHook('onResponse', this.metrics.onResponse);
    if (this.logger.isLevelEnabled('debug')) fastify.addHook('onResponse', this.logAccess);
    fastify.setErrorHandler((error, request, reply) => {
      sendError(error, request, reply, this.logger);
    });
    fastify.setNotFoundHandler((request, reply) => {
      sendError(this.missing(request), request, reply, this.logger);
    });
  }

  private missing(request: FastifyRequest): HttpProblem {
    const path = request.url.split('?', 1)[0] ?? '/';
    const allowed = this.inventory.methodsAt(path);
    if (allowed.length === 0) {
      return new HttpProblem(404, 'NOT_FOUND', 'there is no such route', { global: true });
    }
    return new HttpProblem(405, 'METHOD_NOT_ALLOWED', `${request.method} is not possible here`, {
      global: true,
      headers: { allow: allowed.join(', ') },
    });
  }

  private readonly logAccess = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: () => void,
  ): void => {
    const { method, id: requestId } = request;
    this.logger.debug(
      {
        method,
        requestId,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      },
      'request answered',
    );
    done();
  };
}

function greet(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.headers(SECURITY_HEADERS);
  reply.header('x-request-id', request.id);
  done();
}
