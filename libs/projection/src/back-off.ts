import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/** Milliseconds before try `failures + 1`: doubling from 100 ms to 30 s, less up to half by `random` (0 to 1). */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (1 - random / 2));
}

/** Waits; ends early, without an error, when the signal fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Only the signal makes it reject, and whoever paused looks at the signal next.
  }
}
