import { writeFileSync } from 'node:fs';

import { readStartConfig, type StartConfig } from './config';
import { DataPaths } from './data-paths';
import { EXIT_CONFIGURATION, EXIT_FAILURE, StartError } from './start-error';
import { System } from './system';

interface StartOptions {
  /** The built checkout. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** When the command was given, on the clock of `performance.now()`. */
  readonly startedAtMs: number;
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
}

/** A second Ctrl-C within this time is the same one: npm passes on what the terminal has sent already. */
const SAME_SIGNAL_MS = 1_000;

/**
 * `npm start`: brings Runnel up, prints how to use it, runs until a signal asks it to stop, and stops in order.
 * Never throws. Resolves with the exit code.
 */
export async function startRunnel(options: StartOptions): Promise<number> {
  const say = (line: string) => options.write(`${elapsed(options.startedAtMs)} ${line}\n`);
  let config: StartConfig | undefined;
  try {
    config = readStartConfig(options.environment, options.root);
    return await run(options, config, say);
  } catch (error) {
    return explain(error, config, say);
  }
}

async function run(
  options: StartOptions,
  config: StartConfig,
  say: (line: string) => void,
): Promise<number> {
  const system = new System({
    ...config,
    root: options.root,
    env: definedOnly(options.environment),
    restart: true,
    report: say,
  });
  const request = new StopRequest(system, say);
  try {
    await system.start();
    say('ready');
    options.write(welcome(system, config));
  } catch (error) {
    // A start that was stopped on the way did what it was asked to.
    if (!request.made) throw error;
  }
  await request.carriedOut;
  say('stopped');
  return 0;
}

/** Listens for the signals that ask to stop, and stops the system once when the first has come. */
class StopRequest {
  made = false;
  /** Resolves when a signal has come and everything has been stopped. */
  readonly carriedOut: Promise<void>;
  private resolve: () => void = () => undefined;
  private madeAtMs = 0;

  constructor(
    private readonly system: System,
    private readonly say: (line: string) => void,
  ) {
    this.carriedOut = new Promise((resolve) => (this.resolve = resolve));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => this.hear(signal));
    }
  }

  private hear(signal: NodeJS.Signals): void {
    if (this.made) return this.hurry();
    this.made = true;
    this.madeAtMs = performance.now();
    this.say(`stopping (${signal}); press Ctrl-C again to kill`);
    void this.system.stop().then(() => this.resolve());
  }

  private hurry(): void {
    if (performance.now() - this.madeAtMs < SAME_SIGNAL_MS) return;
    this.say('killing everything');
    this.system.killAll();
  }
}

/** One sentence for what a person can cure; for a bug, where its stack is kept. */
function explain(
  error: unknown,
  config: StartConfig | undefined,
  say: (line: string) => void,
): number {
  if (error instanceof StartError) {
    say(error.message);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'ConfigurationError') {
    say(error.message);
    return EXIT_CONFIGURATION;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`Runnel could not start: ${error instanceof Error ? error.message : String(error)}`);
  keepStack(stack, config, say);
  return EXIT_FAILURE;
}

function keepStack(
  stack: string,
  config: StartConfig | undefined,
  say: (line: string) => void,
): void {
  if (!config) return;
  try {
    const path = new DataPaths(config.dataFolder).log('starter');
    writeFileSync(path, `${stack}\n`);
    say(`this is not foreseen; where it happened is in ${path}`);
  } catch {
    say(stack);
  }
}

function welcome(system: System, config: StartConfig): string {
  const { email, password, apiKey } = system.credentials;
  const shownPassword = config.credentials.password === undefined ? password : '(as given)';
  return `
  Runnel    ${system.baseUrl}
  sign in   ${email}  ${shownPassword}
  API key   ${apiKey}
  data      ${config.dataFolder}  (logs in logs/)

  try it (README, "Call it", goes on from here):

    curl -H 'Authorization: Bearer ${apiKey}' ${system.baseUrl}/v1/runs

  Ctrl-C stops everything.

`;
}

function elapsed(sinceMs: number): string {
  const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
  return `[${seconds.padStart(5)}s]`;
}

function definedOnly(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
