import { randomBytes } from 'node:crypto';

import { type Credentials, keptCredentials } from './credentials';
import { prepareDataFolder } from './data-folder';
import { DataFolderLock } from './data-folder-lock';
import { DataPaths } from './data-paths';
import { prepareDatabase } from './database-preparation';
import { checkExternalNats, checkExternalPostgres } from './external-servers';
import { keptSecret } from './kept-secret';
import { findNatsProgram } from './nats-program';
import { type NatsServer, startNats } from './nats-server';
import { freePort, requirePort } from './ports';
import { type PostgresServer, startPostgres } from './postgres-server';
import { ProcessTracker } from './process-tracker';
import { environmentOf } from './service-environment';
import { ServiceProcess } from './service-process';
import { type App, SERVICES, serviceScript } from './services';
import { StartError } from './start-error';
import type { SystemAddresses, SystemOptions } from './system-options';

/** Postgres, NATS and the five services as processes of this one, in one data folder. */
export class System {
  /** In the order in which they are stopped. */
  readonly services: ServiceProcess[] = [];
  postgres: PostgresServer | undefined;
  nats: NatsServer | undefined;
  private readonly paths: DataPaths;
  private readonly tracker: ProcessTracker;
  private readonly halt = new AbortController();
  private lock: DataFolderLock | undefined;
  private starting: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;
  private known: { addresses: SystemAddresses; credentials: Credentials } | undefined;

  constructor(private readonly options: SystemOptions) {
    this.paths = new DataPaths(options.dataFolder);
    this.tracker = new ProcessTracker(this.paths.processes);
  }

  /** Addresses, once it has started. */
  get addresses(): SystemAddresses {
    return this.started().addresses;
  }

  /** The first user and key, once it has started. */
  get credentials(): Credentials {
    return this.started().credentials;
  }

  /** Of the (first) gateway, once it has started. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.addresses.port}`;
  }

  /**
   * Brings everything up; resolves when all five services are ready. When it fails, what was started is stopped.
   * @throws StartError that says what to do
   */
  async start(): Promise<void> {
    this.starting = this.bringUp();
    try {
      await this.starting;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops in order: services, then NATS, then Postgres. Resolves when no process is left; may be called twice. */
  stop(): Promise<void> {
    this.stopped ??= this.takeDown();
    return this.stopped;
  }

  /** Kills everything at once, for somebody who will not wait. */
  killAll(): void {
    this.tracker.killAll();
  }

  private async bringUp(): Promise<void> {
    const { options, paths } = this;
    await this.takeFolder();
    if (options.port !== 0) await requirePort(options.port, 'PORT');
    const secret =
      options.secret ?? keptSecret(paths.secret, () => randomBytes(32).toString('hex'));
    const credentials = keptCredentials(paths.credentials, options.credentials ?? {});
    const databaseUrl = await this.startDatabase();
    const natsUrl = await this.startMessaging();
    const port = options.port === 0 ? await freePort() : options.port;
    this.known = { addresses: { databaseUrl, natsUrl, secret, port }, credentials };
    options.report('migrating the database');
    await prepareDatabase({
      root: options.root,
      credentials,
      environmentOf: (app) => environmentOf(app, options, this.addresses),
      logFile: (name) => paths.log(name),
      listenerFor: (name) => this.tracker.listenerFor(name),
      check: () => this.refuseIfStopping(),
    });
    await this.startServices();
  }

  private async takeFolder(): Promise<void> {
    const { dataFolder, report } = this.options;
    prepareDataFolder(dataFolder, dataFolderMode());
    this.lock = DataFolderLock.take(dataFolder);
    for (const name of await this.tracker.stopLeftovers()) {
      report(`stopped ${name}, left running by an earlier start`);
    }
  }

  private async startDatabase(): Promise<string> {
    const { databaseUrl, report, restart, durable } = this.options;
    this.refuseIfStopping();
    if (databaseUrl !== undefined) {
      await checkExternalPostgres(databaseUrl);
      return databaseUrl;
    }
    report('starting Postgres');
    this.postgres = await startPostgres({
      folder: this.paths.postgres,
      passwordFile: this.paths.postgresPassword,
      logFile: this.paths.log('postgres'),
      durable: durable ?? true,
      restart,
      report,
      onChange: this.tracker.listenerFor('postgres'),
    });
    return this.postgres.url;
  }

  private async startMessaging(): Promise<string> {
    const { natsUrl, cacheFolder, report, restart, natsFsync } = this.options;
    this.refuseIfStopping();
    if (natsUrl !== undefined) {
      await checkExternalNats(natsUrl);
      return natsUrl;
    }
    const program = await findNatsProgram({
      ...(cacheFolder === undefined ? {} : { cacheFolder }),
      fallbackFolder: this.paths.bin,
      report,
      signal: this.halt.signal,
    });
    this.refuseIfStopping();
    report('starting NATS');
    this.nats = await startNats({
      program,
      folder: this.paths.nats,
      logFile: this.paths.log('nats'),
      fsync: natsFsync ?? true,
      restart,
      report,
      onChange: this.tracker.listenerFor('nats'),
    });
    return this.nats.url;
  }

  private async startServices(): Promise<void> {
    this.options.report('starting the services');
    for (const app of SERVICES) {
      const copies = this.options.copies?.[app] ?? 1;
      for (let copy = 1; copy <= copies; copy += 1) {
        this.services.push(await this.prepareService(app, copy));
      }
    }
    this.refuseIfStopping();
    await Promise.all(this.services.map((service) => service.start()));
    await Promise.all(this.services.map((service) => service.waitReady()));
  }

  private async prepareService(app: App, copy: number): Promise<ServiceProcess> {
    const { options } = this;
    const name = copy === 1 ? app : `${app}-${copy}`;
    return new ServiceProcess({
      app,
      name,
      script: serviceScript(options.root, app, 'main'),
      cwd: options.root,
      env: environmentOf(app, options, this.addresses),
      ...(app === 'gateway' ? { port: copy === 1 ? this.addresses.port : await freePort() } : {}),
      managementPort: await freePort(),
      logFile: this.paths.log(name),
      restart: options.restart,
      report: options.report,
      onChange: this.tracker.listenerFor(name),
    });
  }

  private async takeDown(): Promise<void> {
    this.halt.abort(new StartError('The start was stopped.'));
    await this.stopProcesses();
    // A start that was under way has now failed or may have begun one thing more.
    await this.starting?.catch(() => undefined);
    await this.stopProcesses();
    if (!this.lock) return;
    this.tracker.forget();
    this.lock.release();
  }

  private async stopProcesses(): Promise<void> {
    for (const app of SERVICES) {
      const copies = this.services.filter((service) => service.app === app);
      await Promise.all(copies.map((service) => service.stop()));
    }
    await this.nats?.stop();
    await this.postgres?.stop();
    await this.tracker.sweep();
  }

  private refuseIfStopping(): void {
    this.halt.signal.throwIfAborted();
  }

  private started() {
    if (!this.known) throw new StartError('Runnel has not started.');
    return this.known;
  }
}

/** Root's Postgres runs as another user, who has to get through the folder (not see into it). */
function dataFolderMode(): number {
  return process.getuid?.() === 0 ? 0o711 : 0o700;
}
