import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { UnavailableError } from '@runnel/errors';
import { APPS, type App, pingSubject, ServiceClient } from '@runnel/messaging';
import { Readiness, type ReadinessReport } from '@runnel/telemetry';
import type { FastifyInstance } from 'fastify';

import { CONFIG, type GatewayConfig } from '../config';
import { openApiDocument } from '../http/openapi/openapi-document';
import { operation } from '../http/route-declaration';
import { RouteInventory } from '../http/route-inventory';

const PING_TIMEOUT_MS = 1_500;
/** The port is public: asking often must not cost more than asking now and then. */
const KEPT_MS = 500;

const common = { tag: 'operations', errors: 'flat', limit: 'unlimited' } as const;
const PUBLIC = { kind: 'public' } as const;

/** `/healthz`, `/readyz` and `/openapi.json` on the public port. Ready means that all five services answer. */
@Injectable()
export class HealthRoutes {
  private report: { readonly at: number; readonly outcome: Promise<ReadinessReport> } | undefined;
  private document: string | undefined;

  constructor(
    private readonly readiness: Readiness,
    private readonly services: ServiceClient,
    private readonly inventory: RouteInventory,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {
    for (const app of APPS) {
      if (app !== 'gateway') readiness.register(app, () => this.ping(app));
    }
  }

  register(fastify: FastifyInstance): void {
    const declare = (summary: string) => ({
      access: PUBLIC,
      operation: operation({ ...common, summary }),
    });
    fastify.get('/healthz', { config: declare('Whether this process turns') }, () => ({
      status: 'ok',
    }));
    fastify.get('/readyz', { config: declare('Whether all services answer') }, async (_, reply) => {
      const report = await this.ready();
      return reply.code(report.ready ? 200 : 503).send(report);
    });
    fastify.get('/openapi.json', { config: declare('This document') }, (_, reply) => {
      const { RUNNEL_PUBLIC_URL: url } = this.config;
      this.document ??= JSON.stringify(openApiDocument(this.inventory.routes, url));
      return reply.type('application/json; charset=utf-8').send(this.document);
    });
  }

  private ready(): Promise<ReadinessReport> {
    const now = this.clock.now();
    if (!this.report || now - this.report.at > KEPT_MS) {
      this.report = { at: now, outcome: this.readiness.report() };
    }
    return this.report.outcome;
  }

  private async ping(app: App): Promise<void> {
    const subject = pingSubject(app);
    const { ready } = await this.services.call(subject, {}, { timeoutMs: PING_TIMEOUT_MS });
    if (!ready) throw new UnavailableError(app, 'it answers, but is not ready');
  }
}
