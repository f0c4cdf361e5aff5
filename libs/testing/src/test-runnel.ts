import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import {
  type App,
  type NatsServer,
  type PostgresServer,
  type ServiceProcess,
  SERVICES,
  System,
} from '@runnel/embedded';

import { temporaryFolder } from './temporary-folder';

/** One copy of a service, for tests to look at and to hurt. */
export interface ServiceHandle {
  readonly app: App;
  readonly name: string;
  /** `/healthz`, `/readyz` and `/metrics` are below it. */
  readonly managementUrl: string;
  /** Of a gateway. */
  readonly baseUrl: string | undefined;
  /** Process id while it runs. */
  pid(): number | undefined;
  /** Signals it; a signal that ends it is waited for. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again after a kill; not needed with `restart: true`. */
  start(): Promise<void>;
  /** Resolves when `/readyz` says so; rejects with what it said last. */
  waitReady(timeoutMs?: number): Promise<void>;
  /** All that it has logged. */
  log(): string;
}

/** A server that the system runs on, for tests to hurt. */
export interface ServerHandle {
  readonly url: string;
  pid(): number | undefined;
  /** Signals it; a signal that ends it is waited for. With `restart: true` it comes back by itself. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it in order and starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

export interface RunnelOptions {
  /** How many processes of a service; one when it is not named. */
  readonly copies?: Partial<Record<App, number>>;
  /** Variables for all services; they win over this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables for one service; they win over `env`. */
  readonly appEnv?: Partial<Record<App, Readonly<Record<string, string>>>>;
  /** Whether the supervisor brings dead services and servers back; false when it is not given. */
  readonly restart?: boolean;
  /** True: NATS and Postgres have on disk what they have acknowledged. False when it is not given. */
  readonly durable?: boolean;
  /** The built checkout; the current folder when it is not given. */
  readonly root?: string;
}

/** A whole Runnel as processes, on free ports and in a temporary folder. */
export interface TestRunnel {
  readonly baseUrl: string;
  /** Of the first project, all scopes. */
  readonly apiKey: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** RUNNEL_SECRET of this system. */
  readonly secret: string;
  readonly dataFolder: string;
  /** The first copy of each service. */
  readonly services: Readonly<Record<App, ServiceHandle>>;
  /** All copies of a service. */
  copiesOf(app: App): readonly ServiceHandle[];
  readonly nats: ServerHandle;
  readonly postgres: ServerHandle;
  /** What the supervisor reported: restarts, warnings of services. */
  readonly reports: readonly string[];
  /** Stops everything and removes the data. */
  stop(): Promise<void>;
}

/**
 * Starts the system that `npm run build` has made and waits until it is ready.
 * @throws StartError that says what is missing or which service did not become ready, and where its log is
 */
export async function startRunnel(options: RunnelOptions = {}): Promise<TestRunnel> {
  const root = resolve(options.root ?? '.');
  if (!existsSync(join(root, 'dist', 'apps'))) {
    throw new Error('there is nothing to start: run `npm run build` first');
  }
  const folder = temporaryFolder('system');
  const reports: string[] = [];
  const system = new System({
    root,
    dataFolder: folder.path,
    port: 0,
    // As a cluster has them: what holds over several shards holds over one.
    env: { RUNNEL_SHARDS: '4', ...inheritedEnvironment(), ...options.env },
    ...(options.appEnv ? { appEnv: options.appEnv } : {}),
    ...(options.copies ? { copies: options.copies } : {}),
    restart: options.restart ?? false,
    durable: options.durable ?? false,
    natsFsync: options.durable ?? false,
    report: (line) => void reports.push(line),
  });
  // The folder of a failed start stays: its logs say why.
  await system.start();
  return describeSystem(system, folder, reports);
}

function describeSystem(
  system: System,
  folder: ReturnType<typeof temporaryFolder>,
  reports: readonly string[],
): TestRunnel {
  const { nats, postgres, credentials } = system;
  if (!nats || !postgres) throw new Error('a test system has its own servers');
  const handles = system.services.map(serviceHandle);
  const copiesOf = (app: App) => handles.filter((handle) => handle.app === app);
  return {
    baseUrl: system.baseUrl,
    apiKey: credentials.apiKey,
    admin: { email: credentials.email, password: credentials.password },
    secret: system.addresses.secret,
    dataFolder: folder.path,
    services: Object.fromEntries(SERVICES.map((app) => [app, copiesOf(app)[0]])) as Record<
      App,
      ServiceHandle
    >,
    copiesOf,
    nats: serverHandle(nats),
    postgres: serverHandle(postgres),
    reports,
    stop: async () => {
      await system.stop();
      folder.remove();
    },
  };
}

function serviceHandle(service: ServiceProcess): ServiceHandle {
  return {
    app: service.app,
    name: service.name,
    managementUrl: service.managementUrl,
    baseUrl: service.baseUrl,
    pid: () => service.pid(),
    kill: (signal) => service.kill(signal),
    start: () => service.start(),
    waitReady: (timeoutMs) => service.waitReady(timeoutMs),
    log: () => service.readLog(),
  };
}

function serverHandle(server: NatsServer | PostgresServer): ServerHandle {
  return {
    url: server.url,
    pid: () => server.process.pid,
    kill: (signal) => server.process.kill(signal),
    restart: () => server.process.restart(),
  };
}

/** This process's environment without what would steer a system under test: a developer's own RUNNEL_ settings. */
function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(RUNNEL_|PORT$|JEST_|NODE_OPTIONS$)/.test(entry[0]),
    ),
  );
}
