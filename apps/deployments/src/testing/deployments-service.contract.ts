import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import type { Identity, Role } from '@runnel/auth';
import { Secret } from '@runnel/config';
import { createDataSource, migrate } from '@runnel/database';
import {
  connectNats,
  DEFINITIONS_CHANGED,
  type DefinitionsChanged,
  type NatsConnection,
  natsOptions,
  type RequestOf,
  type ResponseOf,
  ServiceClient,
  type ServiceSubject,
  WireErrorFilter,
} from '@runnel/messaging';
import { microserviceOptions, ServiceModule } from '@runnel/service';
import { createLogger, Metrics, Readiness } from '@runnel/telemetry';
import {
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
} from '@runnel/testing';
import type { DataSource } from 'typeorm';

import { readConfig } from '../config';
import { DeploymentsModule } from '../deployments.module';
import { DEPLOYMENTS_SCHEMA } from '../schema';

/** The service in this process, on a real Postgres and a real NATS, asked as other services ask it. */
export interface DeploymentsService {
  call<S extends ServiceSubject>(subject: S, request: RequestOf<S>): Promise<ResponseOf<S>>;
  /** Somebody with a project of their own, in the role given. */
  newcomer(role?: Role): Promise<Identity & { kind: 'user' }>;
  /** Straight to the tables. */
  sql<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Notices heard so far. */
  readonly notices: readonly DefinitionsChanged[];
  readonly readiness: Readiness;
  readonly postgres: TestPostgres;
  stop(): Promise<void>;
}

const SECRET = 'a secret for tests of more than thirty-two characters';

/**
 * Starts it with `environment` on top of the defaults.
 * @param durable whether Postgres remembers what it committed when it is killed
 */
export async function startDeployments(
  environment: Readonly<Record<string, string>> = {},
  { durable = false } = {},
): Promise<DeploymentsService> {
  const [postgres, nats] = await Promise.all([startTestPostgres({ durable }), startTestNats()]);
  const source = createDataSource(new Secret(postgres.url), DEPLOYMENTS_SCHEMA, {
    applicationName: 'test',
  });
  await migrate(source, DEPLOYMENTS_SCHEMA.schema);
  const readiness = new Readiness();
  const stopService = await startService(nats.url, postgres.url, environment, readiness);
  readiness.enter('started');
  const connection = await connectNats(nats.url, 'test');
  const notices = await listenForNotices(connection);
  const client = createClient(nats);
  return {
    call: (subject, request) => client.call(subject, request, { timeoutMs: 15_000 }),
    newcomer: (role = 'admin') => newcomer(source, role),
    sql: (text, values = []) => source.query(text, [...values]),
    notices,
    readiness,
    postgres,
    stop: async () => {
      await client.close();
      await connection.close();
      await stopService();
      await source.destroy();
      await Promise.all([postgres.stop(), nats.stop()]);
    },
  };
}

async function startService(
  natsUrl: string,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
  readiness: Readiness,
): Promise<() => Promise<void>> {
  const config = readConfig({
    RUNNEL_NATS_URL: natsUrl,
    RUNNEL_DATABASE_URL: databaseUrl,
    RUNNEL_SECRET: SECRET,
    ...environment,
  });
  const logger = createLogger('deployments', 'fatal');
  const root = ServiceModule.forRoot({
    app: 'deployments',
    settings: config.service,
    module: DeploymentsModule.forRoot(config),
    logger,
    metrics: new Metrics('deployments'),
    readiness,
  });
  const application = await NestFactory.createMicroservice<MicroserviceOptions>(root, {
    ...microserviceOptions(config.service),
    logger: false,
    abortOnError: false,
  });
  application.useGlobalFilters(new WireErrorFilter(logger));
  await application.listen();
  return () => application.close();
}

async function listenForNotices(connection: NatsConnection): Promise<DefinitionsChanged[]> {
  const heard: DefinitionsChanged[] = [];
  connection.subscribe(DEFINITIONS_CHANGED, {
    callback: (_, message) => void heard.push(message.json()),
  });
  await connection.flush();
  return heard;
}

function createClient({ url }: TestNats): ServiceClient {
  return new ServiceClient(
    ClientProxyFactory.create({ transport: Transport.NATS, options: natsOptions(url, 'client') }),
  );
}

let people = 0;

/** Without the slow hash of a registration. */
async function newcomer(source: DataSource, role: Role): Promise<Identity & { kind: 'user' }> {
  people += 1;
  const [id, project] = [`usr_test${people}`, `prj_test${people}`];
  await source.query(`INSERT INTO deployments.project VALUES ($1, $1, now())`, [project]);
  return { kind: 'user', id, project, role };
}
