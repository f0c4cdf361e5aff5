import { spawn } from 'node:child_process';

interface CommandOptions {
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** Ends the program early. */
  readonly signal?: AbortSignal;
}

const KEPT_CHARACTERS = 64 * 1024;

/**
 * Runs a program to its end and resolves with what it wrote to stdout.
 * @throws Error with the end of what it wrote to stderr when it fails, is not there or takes too long
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      ...(options.signal ? { signal: options.signal } : {}),
      env: { ...process.env, LC_ALL: 'C' },
    });
    let out = '';
    let err = '';
    child.stdout.on(
      'data',
      (chunk: Buffer) => (out = (out + chunk.toString()).slice(-KEPT_CHARACTERS)),
    );
    child.stderr.on(
      'data',
      (chunk: Buffer) => (err = (err + chunk.toString()).slice(-KEPT_CHARACTERS)),
    );
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${failure(code, signal)}: ${lastLine(err)}`));
    });
  });
}

function failure(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `was stopped by ${signal} (it took too long, perhaps)` : `failed (${code})`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
