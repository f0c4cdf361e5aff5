import { lineReader } from './line-reader';

const WARN = 40;
const LEVEL_NAMES: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error', 60: 'fatal' };
/** A pino line begins with its level: cheaper to look at than to parse, and almost every line is below warn. */
const LEVEL = /^\{"level":(\d+)/;
const SHOWN_PER_WINDOW = 10;
const WINDOW_MS = 10_000;

interface OutputOptions {
  readonly show: (line: string) => void;
  /** Milliseconds on any steady clock. */
  readonly now?: () => number;
}

/**
 * What of a service's output a person at the terminal should see: log lines of warn and above in short, and
 * whatever it says on stderr. A flood is cut to ten lines in ten seconds; the log file has it all.
 */
export class ServiceOutput {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  private readonly now: () => number;
  private windowStart = 0;
  private shown = 0;

  constructor(private readonly options: OutputOptions) {
    this.now = options.now ?? (() => performance.now());
    this.stdout = lineReader((line) => {
      const short = shorten(line);
      if (short !== undefined) this.show(short);
    });
    this.stderr = lineReader((line) => {
      if (line.trim() !== '') this.show(line);
    });
  }

  private show(line: string): void {
    const now = this.now();
    if (now - this.windowStart >= WINDOW_MS || this.shown === 0) {
      this.windowStart = now;
      this.shown = 0;
    }
    this.shown += 1;
    if (this.shown <= SHOWN_PER_WINDOW) this.options.show(line);
    if (this.shown === SHOWN_PER_WINDOW + 1) this.options.show('… more in its log file');
  }
}

/** The line in short when it is a log line of warn or above; undefined when nobody needs to see it. */
function shorten(line: string): string | undefined {
  const level = Number(LEVEL.exec(line)?.[1] ?? 0);
  if (level < WARN) return undefined;
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: unknown } };
    const cause = typeof entry.err?.message === 'string' ? ` (${entry.err.message})` : '';
    return `${LEVEL_NAMES[level] ?? String(level)}: ${entry.msg ?? ''}${cause}`;
  } catch {
    return line;
  }
}
