import { performance } from 'node:perf_hooks';

import type { GuestImage, GuestVm } from './guest-vm';

/** A VM and the program that is installed in it; 0 is none. */
export interface PooledVm {
  readonly vm: GuestVm;
  readonly program: number;
  readonly runs: number;
  /** When it was last pristine, ms of a monotonic clock. */
  readonly bornAt: number;
}

/** Where images and VMs come from (VmFactory). */
export interface VmSource {
  image(prelude: number): Promise<GuestImage>;
  create(image: GuestImage): Promise<GuestVm>;
}

/** After so many runs or so long a VM is made anew, so that nothing in it grows for ever. */
const MAX_RUNS = 1_000;
const MAX_AGE_MS = 10 * 60_000;
/** A VM that has grown by more than this gives its memory back. */
const MAX_GROWN_BYTES = 8 * 1024 * 1024;

/**
 * The VMs of one child. An idle VM is warm for the program it last ran. It changes programs only through a
 * reset, which overwrites all of its memory with the pristine image: nothing of one project meets another.
 */
export class VmPool {
  /** The longest idle first. */
  private idle: PooledVm[] = [];
  private total = 0;

  constructor(
    private readonly source: VmSource,
    private readonly maxVms: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get size(): number {
    return this.total;
  }

  /** An idle VM that has the program, the one used last; undefined when there is none. */
  takeWarm(program: number): PooledVm | undefined {
    return this.takeLast((pooled) => pooled.program === program);
  }

  /**
   * A pristine VM for a program that is then to be installed: a blank one, or a new one, or, when there are
   * enough, the one that has been idle longest. Rejects when the prelude does not load.
   */
  async takeBlank(prelude: number, program: number): Promise<PooledVm> {
    const image = await this.source.image(prelude);
    const old =
      this.takeLast((pooled) => pooled.program === 0) ??
      (this.total < this.maxVms ? undefined : this.idle.shift());
    const fresh = { program, runs: 0, bornAt: this.now() };
    if (old?.vm.reset(image)) return { vm: old.vm, ...fresh };
    if (old === undefined) this.total += 1;
    try {
      return { vm: await this.source.create(image), ...fresh };
    } catch (error) {
      this.total -= 1;
      throw error;
    }
  }

  /** Takes a VM back after a run. `clean` is false when the guest may have left something behind. */
  giveBack(pooled: PooledVm, clean: boolean): 'kept' | 'thrown away' {
    const runs = pooled.runs + 1;
    const worn = runs >= MAX_RUNS || this.now() - pooled.bornAt > MAX_AGE_MS;
    if (pooled.vm.grownBytes > MAX_GROWN_BYTES) {
      this.total -= 1;
      return 'thrown away';
    }
    if (clean && !worn) this.idle.push({ ...pooled, runs });
    else this.idle.unshift({ ...pooled, program: 0, runs });
    return 'kept';
  }

  /** Makes idle VMs of a program blank: it will not be run again. */
  forget(program: number): void {
    this.idle = this.idle.map((pooled) =>
      pooled.program === program ? { ...pooled, program: 0 } : pooled,
    );
  }

  /** Throws all idle VMs away. */
  trim(): void {
    this.total -= this.idle.length;
    this.idle = [];
  }

  private takeLast(fits: (pooled: PooledVm) => boolean): PooledVm | undefined {
    const at = this.idle.findLastIndex(fits);
    return at < 0 ? undefined : this.idle.splice(at, 1)[0];
  }
}
