import { readFileSync } from 'node:fs';

import type { SandboxChild } from './sandbox-child';

/** What is to be done about a child. */
export type Verdict =
  | { readonly kind: 'fine' }
  /** One run holds the child: others should not wait for it. */
  | { readonly kind: 'stalled'; readonly run: number }
  /** The child must be killed; `run` is to blame, 0 when no run is. */
  | { readonly kind: 'stuck'; readonly run: number };

/** One entry into a VM that takes more CPU time makes others look for another child. */
const STALL_MS = 200;
/** By so much CPU time a run may overrun its budget before its child is killed. */
const GRACE_MS = 500;
/** A busy machine gives a child little CPU; after this multiple of a bound on the wall clock nobody waits any longer. */
const MAX_STRETCH = 4;
/** A child that has work, is in no VM and says nothing for so long is broken. */
const SILENCE_MS = 10_000;
const FINE: Verdict = { kind: 'fine' };

/** Looks at a child that has runs. `now` is ms of a monotonic clock; to be called every few dozen ms. */
export function inspect(child: SandboxChild, now: number): Verdict {
  const { entry, run } = child.page.read();
  if (run === 0) {
    child.entry = undefined;
    return isSilent(child, now) ? { kind: 'stuck', run: 0 } : FINE;
  }
  if (child.entry?.number !== entry) {
    child.entry = { number: entry, since: now, cpuMs: cpuMsOf(child.pid) };
    return FINE;
  }
  const watched = child.runs.get(run);
  const heldMs = now - child.entry.since;
  if (watched === undefined) {
    const letGoAt = child.ghosts.get(run);
    if (letGoAt === undefined) return FINE; // it has answered and tidies up
    child.page.stop(run);
    const ignoredMs = now - Math.max(letGoAt, child.entry.since);
    return ignoredMs > GRACE_MS * MAX_STRETCH ? { kind: 'stuck', run } : FINE;
  }
  const usedMs = usedSince(child, heldMs);
  const allowedMs = watched.limits.cpuMs + GRACE_MS;
  if (usedMs > allowedMs || heldMs > allowedMs * MAX_STRETCH) return { kind: 'stuck', run };
  return usedMs > STALL_MS || heldMs > STALL_MS * MAX_STRETCH ? { kind: 'stalled', run } : FINE;
}

/** CPU time the child has used since the entry was first seen; the wall clock where the system does not tell. */
function usedSince(child: SandboxChild, heldMs: number): number {
  if (heldMs <= STALL_MS) return 0;
  const before = child.entry?.cpuMs;
  const cpuMs = cpuMsOf(child.pid);
  return cpuMs === undefined || before === undefined ? heldMs : cpuMs - before;
}

function isSilent(child: SandboxChild, now: number): boolean {
  const lastSign = Math.max(child.heardAt, child.toldAt);
  if (now - lastSign <= SILENCE_MS) return false;
  return child.ghosts.size > 0 || [...child.runs.values()].some(({ openSteps }) => openSteps === 0);
}

/** CPU time a process has used, ms; undefined where the system does not tell. */
function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; user and system time are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return undefined;
  }
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;
