import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/**
 * Nest on a Fastify instance whose edge is ours: `HttpEdge` has set the handlers of errors and of unknown
 * routes, which hold for all routes, Nest's or not; Nest's own are left out.
 */
export class EdgeAdapter extends FastifyAdapter {
  constructor(private readonly fastify: FastifyInstance) {
    super(fastify);
  }

  /** No middleware is used, and the plugin for it would cost every request. */
  override async init(): Promise<void> {}

  override setErrorHandler(): FastifyInstance {
    return this.fastify;
  }

  override setNotFoundHandler(): FastifyInstance {
    return this.fastify;
  }
}
