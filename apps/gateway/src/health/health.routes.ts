import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

import { CONFIG, type GatewayConfig } from '../config';
import { openApiDocument } from '../http/openapi/openapi-document';
import { operation } from '../http/route-declaration';
import { RouteInventory } from '../http/route-inventory';
import { ServiceHealth } from './service-health';

const common = { tag: 'operations', errors: 'flat', limit: 'unlimited' } as const;
const PUBLIC = { kind: 'public' } as const;

/** `/healthz`, `/readyz` and `/openapi.json` on the public port. Ready means that all five services answer. */
@Injectable()
export class HealthRoutes {
  private document: string | undefined;

  constructor(
    private readonly health: ServiceHealth,
    private readonly inventory: RouteInventory,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  register(fastify: FastifyInstance): void {
    const declare = (summary: string) => ({
      access: PUBLIC,
      operation: operation({ ...common, summary }),
    });
    fastify.get('/healthz', { config: declare('Whether this process turns') }, () => ({
      status: 'ok',
    }));
    fastify.get('/readyz', { config: declare('Whether all services answer') }, async (_, reply) => {
      const report = await this.health.report();
      return reply.code(report.ready ? 200 : 503).send(report);
    });
    fastify.get('/openapi.json', { config: declare('This document') }, (_, reply) => {
      const { RUNNEL_PUBLIC_URL: url } = this.config;
      this.document ??= JSON.stringify(openApiDocument(this.inventory.routes, url));
      return reply.type('application/json; charset=utf-8').send(this.document);
    });
  }
}
