import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

interface WaitOptions<T> {
  /** What is waited for, in words: `the run to complete`. */
  readonly what: string;
  /** 10 s when it is not given. */
  readonly timeoutMs?: number;
  /** When the probe's value is good; anything truthy when it is not given. */
  readonly until?: (value: T) => boolean;
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * Polls `probe` until its value is good, and resolves with that value. A probe that throws is asked again.
 * @throws Error that names what was waited for and shows what was seen last
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: WaitOptions<T>,
): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const until = options.until ?? Boolean;
  const deadline = performance.now() + timeoutMs;
  let saw: unknown;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      const value = await probe();
      if (until(value)) return value as NonNullable<T>;
      saw = value;
    } catch (error) {
      saw = error;
    }
    if (performance.now() >= deadline) break;
    await delay(pauseMs);
  }
  throw new Error(
    `waited ${timeoutMs} ms for ${options.what}; last saw: ${inspect(saw, { depth: 4 })}`,
  );
}
