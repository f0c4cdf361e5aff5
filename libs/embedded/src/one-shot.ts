import { OwnedProcess } from './owned-process';
import { RotatingLog } from './rotating-log';
import { StartError } from './start-error';
import { describeExit } from './supervised';

/** A script that does its work and ends: migrations, the first user. */
export interface OneShot {
  /** For the error message: `migrations of metrics`. */
  readonly name: string;
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly onChange: (process: OwnedProcess | undefined) => void;
}

const TIMEOUT_MS = 120_000;

/** Runs it to its end. Throws a StartError with its last words when it fails or takes longer than two minutes. */
export async function runOneShot(shot: OneShot): Promise<void> {
  const log = new RotatingLog(shot.logFile);
  let said = '';
  const hear = (chunk: Buffer) => {
    log.write(chunk);
    said = (said + chunk.toString()).slice(-4_000);
  };
  try {
    const child = await OwnedProcess.start({
      name: shot.name,
      command: process.execPath,
      args: ['--enable-source-maps', shot.script],
      cwd: shot.cwd,
      env: shot.env,
      onStdout: hear,
      onStderr: hear,
    });
    shot.onChange(child);
    const cutOff = setTimeout(() => child.killGroup(), TIMEOUT_MS);
    const exit = await child.exited;
    clearTimeout(cutOff);
    shot.onChange(undefined);
    if (exit.code === 0) return;
    throw new StartError(
      `The ${shot.name} ${describeExit(exit)} (${lastWords(said)}): see ${shot.logFile}.`,
    );
  } finally {
    log.close();
  }
}

function lastWords(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /error|fail/i.test(line) && !/^\s+at /.test(line));
  return (telling ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 300);
}
