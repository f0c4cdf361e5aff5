import { UnavailableError } from '@runnel/errors';

import type { SandboxRun } from './api';
import { childArguments, type ChildFiles, findChildFiles } from './child-command';
import { findIsolation, type Isolation } from './isolation';
import type { Programs } from './programs';
import { type ChildListener, SandboxChild } from './sandbox-child';

export interface CrewOptions {
  /** Children that share the work. */
  readonly processes: number;
  /** VMs, and so runs, in each. */
  readonly maxVms: number;
  readonly childEntry: string | undefined;
}

/** Children beyond `processes` that may be started while all others are held by long computations. */
const SPARE_CHILDREN = 2;
/** From so many runs in every child on, another child is started. */
const CROWD = 4;
/** A child that has the program is preferred to one with so many fewer runs. */
const KNOWS_BONUS = 4;
const READY_TIMEOUT_MS = 20_000;
const FIRST_BACK_OFF_MS = 200;
const MAX_BACK_OFF_MS = 5_000;
/** After so many children in a row that did not come up, runs are refused instead of kept waiting. */
const FAILURES_TO_GIVE_UP = 3;
const STOP_GRACE_MS = 1_000;
const SPARE_IDLE_MS = 5_000;

/** The child processes of a pool: started when there is work, replaced when they die, stopped when idle. */
export class Crew {
  readonly children = new Set<SandboxChild>();
  private way: { readonly files: ChildFiles; readonly isolation: Isolation } | undefined;
  private preparing: Promise<void> | undefined;
  private failures = 0;
  private notBefore = 0;
  private lastWords = '';

  constructor(
    private readonly options: CrewOptions,
    private readonly programs: Programs,
    private readonly listener: ChildListener,
    private readonly now: () => number,
  ) {}

  get isolation(): Isolation['kind'] | undefined {
    return this.way?.isolation.kind;
  }

  /** VMs that are not taken, those of children that are not started yet included. */
  get freeVms(): number {
    const { processes, maxVms } = this.options;
    let free = Math.max(processes, this.children.size) * maxVms;
    for (const { load } of this.children) free -= load;
    return free;
  }

  /** Finds out once how children are started here. Rejects with UnavailableError when the child program is missing. */
  prepare(): Promise<void> {
    this.preparing ??= (async () => {
      const files = findChildFiles(this.options.childEntry);
      this.way = { files, isolation: await findIsolation(Object.values(files)) };
    })();
    return this.preparing;
  }

  /** The child for a run: the least loaded one, rather one that has its program. Undefined when none has room. */
  pick(run: SandboxRun): SandboxChild | undefined {
    let best: SandboxChild | undefined;
    let bestScore = Infinity;
    for (const child of this.children) {
      if (
        child.state !== 'ready' ||
        child.dismissed ||
        child.stalled ||
        child.load >= this.options.maxVms
      )
        continue;
      const score = child.load - (this.programs.isIn(child, run) ? KNOWS_BONUS : 0);
      if (score < bestScore) [best, bestScore] = [child, score];
    }
    return best;
  }

  /** Starts another child if the load asks for it and the last ones came up. */
  grow(queued: number): void {
    const { processes } = this.options;
    const children = [...this.children];
    if (this.now() < this.notBefore || children.some(({ state }) => state === 'starting')) return;
    const isCrowded = children.every(({ stalled, load }) => stalled || load >= CROWD);
    const isHeld = children.every(({ stalled }) => stalled);
    const isNeeded =
      children.length < processes
        ? isCrowded && (queued > 0 || children.length > 0)
        : isHeld && queued > 0 && children.length < processes + SPARE_CHILDREN;
    if (isNeeded) this.add();
  }

  /** Starts children until there are `processes`. */
  fill(): void {
    while (this.children.size < this.options.processes) this.add();
  }

  welcome(): void {
    this.failures = 0;
  }

  /** A child is gone. One that never came up makes the next one wait. */
  dismiss(child: SandboxChild): void {
    this.children.delete(child);
    if (child.cameUp || child.dismissed) return;
    this.lastWords = child.lastWords;
    this.notBefore = this.now() + Math.min(FIRST_BACK_OFF_MS * 2 ** this.failures, MAX_BACK_OFF_MS);
    this.failures += 1;
  }

  /** What to tell runs when children do not come up; undefined while there is hope. */
  get despair(): UnavailableError | undefined {
    if (this.failures < FAILURES_TO_GIVE_UP) return undefined;
    const words = this.lastWords.trim().split('\n').at(-1) ?? '';
    return new UnavailableError(
      'sandbox',
      `sandbox processes do not start: ${words === '' ? 'no reason given' : words}`,
    );
  }

  /** Kills children that do not come up, and stops those that are more than enough again. */
  tidy(): void {
    const now = this.now();
    for (const child of this.children) {
      if (child.state === 'starting' && now - child.toldAt > READY_TIMEOUT_MS) child.disown();
      const isSpare =
        this.children.size > this.options.processes && child.state === 'ready' && child.load === 0;
      if (isSpare && now - Math.max(child.toldAt, child.heardAt) > SPARE_IDLE_MS)
        void this.release(child);
    }
  }

  /** Nothing has happened for a while: one child stays, without what it only keeps for speed. */
  async rest(): Promise<void> {
    const [first, ...others] = [...this.children].filter(({ load }) => load === 0);
    first?.trim();
    await Promise.all(others.map((child) => this.release(child)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.children].map((child) => child.stop(STOP_GRACE_MS)));
  }

  private release(child: SandboxChild): Promise<void> {
    this.children.delete(child);
    return child.stop(STOP_GRACE_MS);
  }

  private add(): void {
    if (this.way === undefined) return;
    const { files, isolation } = this.way;
    const [command, ...args] = [
      ...isolation.prefix,
      process.execPath,
      ...childArguments(files, this.options.maxVms),
    ];
    if (command === undefined) return;
    this.children.add(SandboxChild.spawn(command, args, this.listener, this.now));
  }
}
