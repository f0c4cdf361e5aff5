import { cpuMsOf } from './process-cpu';
import type { PoolStatusPage } from './wire/status-page';

/** What must be known of a run to watch over it. */
export interface WatchedRun {
  readonly limits: { readonly cpuMs: number };
  /** False while the child can do nothing for the run: it waits for a step, or for its program. */
  readonly needsChild: boolean;
}

/** What must be known of a child to watch over it. */
export interface WatchedChild {
  readonly pid: number | undefined;
  readonly page: Pick<PoolStatusPage, 'read' | 'stop'>;
  readonly runs: ReadonlyMap<number, WatchedRun>;
  readonly ghosts: ReadonlySet<number>;
  /** When it last said something. */
  readonly heardAt: number;
  /** What the watchdog remembers. */
  hold: Hold | undefined;
}

/** For how long a child has been at one thing, as far as can be seen from outside. */
export interface Hold {
  /** Changes with whatever shows that the child goes on. */
  readonly sign: string;
  readonly heldMs: number;
  readonly lookedAt: number;
  /** CPU time the child had used when it was first suspected; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
}

/** What is to be done about a child. */
export type Verdict =
  | { readonly kind: 'fine' }
  /** The child is held, by `run` or, when that is 0, by no run: others should not wait for it. */
  | { readonly kind: 'stalled'; readonly run: number }
  /**
   * The child must be killed. `run` was in it, 0 when none was. `cpu`: it has computed for too long; `silence`: it
   * got or took no CPU for so long that nobody waits any longer.
   */
  | { readonly kind: 'stuck'; readonly run: number; readonly why: 'cpu' | 'silence' };

/** What a child may use for the thing it is at, ms of CPU time. */
interface Bounds {
  readonly run: number;
  /** More makes others look for another child. */
  readonly stallMs: number;
  /** More gets the child killed. */
  readonly limitMs: number;
}

const STALL_MS = 200;
/** By so much a run may overrun its budget before its child is killed. */
const GRACE_MS = 500;
/** A run that is over and does not stop. */
const IGNORED_MS = 2_000;
/** A child that has work, is in no VM and says nothing. */
const SILENCE: Bounds = { run: 0, stallMs: 2_500, limitMs: 10_000 };
/** A busy machine gives a child little CPU; after this multiple of a bound on the wall clock nobody waits any longer. */
const MAX_STRETCH = 4;
/** But so long at least, before a child is killed that has used no CPU to speak of: it may be the machine's fault. */
const STARVED_MS = 60_000;
/** Time between two looks beyond this does not count: the pool itself was held, and cannot have heard its children. */
const MAX_LOOK_MS = 1_000;
const FINE: Verdict = { kind: 'fine' };

/**
 * Looks at a child that has runs; to be called every few dozen ms. `now` is ms of a monotonic clock. A child is
 * judged by the CPU time it has used. Where the system does not tell that (all but Linux), the wall clock stands in for it.
 */
export function inspect(child: WatchedChild, now: number, cpuOf = cpuMsOf): Verdict {
  const { entry, run } = child.page.read();
  if (run === 0 && !isExpected(child)) {
    child.hold = undefined;
    return FINE;
  }
  if (child.ghosts.has(run)) child.page.stop(run);
  const sign = `${entry} ${run} ${child.runs.has(run)} ${child.heardAt}`;
  const before = child.hold;
  if (before?.sign !== sign) {
    child.hold = { sign, heldMs: 0, lookedAt: now, cpuMs: undefined };
    return FINE;
  }
  const heldMs = before.heldMs + Math.min(now - before.lookedAt, MAX_LOOK_MS);
  const hold = { sign, heldMs, lookedAt: now, cpuMs: before.cpuMs ?? cpuOf(child.pid) };
  child.hold = hold;
  return judge(boundsOf(child, run), heldMs, () => usedSince(hold, () => cpuOf(child.pid)));
}

function judge(bounds: Bounds, heldMs: number, used: () => number): Verdict {
  const { run, stallMs, limitMs } = bounds;
  if (heldMs <= stallMs) return FINE; // it cannot have used more either: spares asking the system
  const usedMs = used();
  if (usedMs > limitMs) return { kind: 'stuck', run, why: 'cpu' };
  if (heldMs > Math.max(limitMs * MAX_STRETCH, STARVED_MS))
    return { kind: 'stuck', run, why: 'silence' };
  return usedMs > stallMs || heldMs > stallMs * MAX_STRETCH ? { kind: 'stalled', run } : FINE;
}

function boundsOf({ runs, ghosts }: WatchedChild, run: number): Bounds {
  const watched = runs.get(run);
  if (watched) return { run, stallMs: STALL_MS, limitMs: watched.limits.cpuMs + GRACE_MS };
  if (ghosts.has(run)) return { run, stallMs: STALL_MS, limitMs: IGNORED_MS };
  return SILENCE; // in no VM, or in that of a run that is over for both and is tidied up after
}

/** True when the child has something to say sooner or later, if it is alive. */
function isExpected({ ghosts, runs }: WatchedChild): boolean {
  return ghosts.size > 0 || [...runs.values()].some(({ needsChild }) => needsChild);
}

function usedSince({ heldMs, cpuMs }: Hold, cpuNow: () => number | undefined): number {
  if (cpuMs === undefined) return heldMs;
  return (cpuNow() ?? cpuMs) - cpuMs; // a process that has gone meanwhile uses nothing
}
