import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { type ProbeResult, probe } from './http-probe';
import { OwnedProcess } from './owned-process';
import { RotatingLog } from './rotating-log';
import { ServiceOutput } from './service-output';
import type { App } from './services';
import { EXIT_CONFIGURATION, StartError } from './start-error';
import { Supervised } from './supervised';

/** One copy of one service. */
export interface ServiceOptions {
  readonly app: App;
  /** `executor`, or `executor-2` for a second copy. */
  readonly name: string;
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of a gateway. */
  readonly port?: number;
  readonly managementPort: number;
  readonly logFile: string;
  readonly restart: boolean;
  readonly report: (line: string) => void;
  readonly onChange: (process: OwnedProcess | undefined) => void;
}

/**
 * Stack traces in the words of the source; and a nursery (MB) large enough for the short-lived messages of a busy
 * service, without which a tenth of its time goes into collecting them. The Dockerfile has the same.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=16'];
const STOP_GRACE_MS = 10_000;
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** A service as a process: supervised, logged to a file, asked whether it is ready. */
export class ServiceProcess {
  readonly managementUrl: string;
  /** Where a gateway serves users; undefined for the others. */
  readonly baseUrl: string | undefined;
  private readonly log: RotatingLog;
  private readonly supervised: Supervised;
  private lastStderr = '';
  private stopped = false;

  constructor(private readonly options: ServiceOptions) {
    this.managementUrl = `http://127.0.0.1:${options.managementPort}`;
    this.baseUrl = options.port === undefined ? undefined : `http://127.0.0.1:${options.port}`;
    this.log = new RotatingLog(options.logFile);
    const { name, restart, report, onChange } = options;
    this.supervised = new Supervised({
      name,
      restart,
      report,
      onChange,
      stopSignal: 'SIGTERM',
      graceMs: STOP_GRACE_MS,
      spawn: () => this.spawn(),
    });
  }

  get app(): App {
    return this.options.app;
  }

  get name(): string {
    return this.options.name;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  /** Process id while it runs. */
  pid(): number | undefined {
    return this.supervised.pid;
  }

  /** Starts the process without waiting until it is ready; does nothing while it runs. */
  start(): Promise<void> {
    return this.supervised.start();
  }

  /** Signals the process; a signal that ends it is waited for. It comes back by itself if restarts are on. */
  kill(signal: NodeJS.Signals): Promise<void> {
    return this.supervised.kill(signal);
  }

  /** Stops it for good, in order. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.supervised.stop();
    this.log.close();
  }

  /** All that it has logged and not yet rotated away. */
  readLog(): string {
    return readFileSync(this.options.logFile, 'utf8');
  }

  /**
   * Resolves when `/readyz` says so.
   * @throws StartError when it refuses its configuration, has died or was stopped for good, or is not ready in time
   */
  async waitReady(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    let last: ProbeResult = { ok: false, saw: 'nothing yet' };
    while (performance.now() < deadline) {
      await this.refuseIfHopeless();
      last = await probe(`${this.managementUrl}/readyz`);
      if (last.ok) return;
      await delay(POLL_MS);
    }
    throw new StartError(
      `${this.name} is not ready after ${timeoutMs / 1000} s (${last.saw}): see ${this.logFile}.`,
    );
  }

  private async refuseIfHopeless(): Promise<void> {
    if (this.stopped) throw new StartError(`${this.name} was stopped.`);
    if (this.supervised.pid !== undefined) return;
    const exit = await this.supervised.ended();
    if (exit?.code === EXIT_CONFIGURATION) {
      throw new StartError(
        `${this.name} refuses its configuration: ${oneLine(this.lastStderr)}`,
        EXIT_CONFIGURATION,
      );
    }
    if (this.options.restart) return;
    throw new StartError(`${this.name} is not running (${oneLine(this.lastStderr)}).`);
  }

  private spawn(): Promise<OwnedProcess> {
    const { name, script, cwd, report } = this.options;
    const output = new ServiceOutput({ show: (line) => report(`${name} | ${line}`) });
    this.lastStderr = '';
    return OwnedProcess.start({
      name,
      command: process.execPath,
      args: [...NODE_FLAGS, script],
      cwd,
      env: this.environment(),
      onStdout: (chunk) => {
        this.log.write(chunk);
        output.stdout(chunk);
      },
      onStderr: (chunk) => {
        this.log.write(chunk);
        this.lastStderr = (this.lastStderr + chunk.toString()).slice(-2_000);
        output.stderr(chunk);
      },
    });
  }

  private environment(): Record<string, string> {
    const { env, port, managementPort } = this.options;
    return {
      ...env,
      RUNNEL_MANAGEMENT_PORT: String(managementPort),
      ...(port === undefined ? {} : { PORT: String(port) }),
    };
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
