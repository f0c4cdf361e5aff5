import { performance } from 'node:perf_hooks';

/** When the command was given: node itself has been up for this long already. */
export const startedAtMs = 0;

/** Prints one line of progress with the seconds since the command was given. */
export function say(line) {
  const seconds = (performance.now() / 1000).toFixed(1);
  process.stdout.write(`[${seconds.padStart(5)}s] ${line}\n`);
}

/** Ends the command with one sentence that says what to do. */
export function giveUp(sentence, exitCode = 1) {
  say(sentence);
  process.exit(exitCode);
}
