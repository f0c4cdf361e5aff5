import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a data folder keeps what. */
export class DataPaths {
  readonly nats: string;
  readonly postgres: string;
  readonly bin: string;
  readonly processes: string;
  readonly secret: string;
  readonly postgresPassword: string;
  readonly credentials: string;
  private readonly logs: string;

  constructor(readonly folder: string) {
    this.nats = join(folder, 'nats');
    this.postgres = join(folder, 'postgres');
    this.bin = join(folder, 'bin');
    this.processes = join(folder, 'processes.json');
    this.secret = join(folder, 'secret');
    this.postgresPassword = join(folder, 'postgres-password');
    this.credentials = join(folder, 'credentials.json');
    this.logs = join(folder, 'logs');
  }

  /** The log file of a process; its folder is made on the way. */
  log(name: string): string {
    mkdirSync(this.logs, { recursive: true, mode: 0o750 });
    return join(this.logs, `${name}.log`);
  }
}
