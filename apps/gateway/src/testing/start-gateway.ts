import { SystemClock } from '@runnel/clock';
import { deriveKeys, signToken, type Role } from '@runnel/auth';
import { IdempotencyKeys, RunLog } from '@runnel/run-log';
import { ServiceModule, serviceSettings } from '@runnel/service';
import { createLogger, Metrics, Readiness } from '@runnel/telemetry';
import type { FastifyInstance } from 'fastify';

import { readConfig } from '../config';
import { createApplication } from '../create-application';
import { GatewayModule } from '../gateway.module';
import { RouteInventory } from '../http/route-inventory';
import { TailHub } from '../live/tail/tail-hub';

/** RUNNEL_SECRET of test gateways. */
export const SECRET = 'a secret of the gateway tests, long enough';

/** A gateway in this process, listening on a free port. */
export interface TestGateway {
  readonly baseUrl: string;
  readonly fastify: FastifyInstance;
  readonly log: RunLog;
  readonly inventory: RouteInventory;
  readonly metrics: Metrics;
  readonly keys: IdempotencyKeys;
  /** Runs that somebody waits for or watches. */
  watchedRuns(): number;
  /** A session token of a user. */
  token(options?: {
    readonly project?: string;
    readonly role?: Role;
    readonly id?: string;
  }): string;
  stop(): Promise<void>;
}

/** Starts a gateway on the NATS server at `natsUrl`; rate limits are off unless `env` turns them on. */
export async function startGateway(
  natsUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestGateway> {
  const config = readConfig({
    RUNNEL_NATS_URL: natsUrl,
    RUNNEL_SECRET: SECRET,
    RUNNEL_RATE_LIMITS: 'off',
    RUNNEL_PUBLIC_URL: 'http://runnel.test',
    RUNNEL_LOG_LEVEL: 'fatal',
    PORT: '0',
    ...env,
  });
  const settings = serviceSettings('gateway', config);
  const logger = createLogger('gateway', settings.logLevel);
  const metrics = new Metrics('gateway');
  const readiness = new Readiness();
  const module = GatewayModule.forRoot(config);
  const root = ServiceModule.forRoot({
    app: 'gateway',
    settings,
    module,
    logger,
    metrics,
    readiness,
  });
  const application = await createApplication(root, { config, settings, logger });
  readiness.enter('started');
  const keys = deriveKeys(SECRET);
  const clock = new SystemClock();
  return {
    baseUrl: await application.getUrl(),
    fastify: application.getHttpAdapter().getInstance(),
    log: application.get(RunLog),
    inventory: application.get(RouteInventory),
    metrics,
    keys: application.get(IdempotencyKeys),
    watchedRuns: () => application.get(TailHub).listeners,
    token: ({ project = 'prj_1', role = 'admin', id = 'usr_1' } = {}) =>
      signToken(keys.jwt, { sub: id, project, role }, new Date(clock.now())).token,
    stop: () => application.close(),
  };
}
