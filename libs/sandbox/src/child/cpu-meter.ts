import { performance } from 'node:perf_hooks';

/** From here on an entry is long enough to pay for asking the system what it really used. */
const LONG_ENTRY_MS = 20;

/**
 * The time a run spends in its VM, over all entries, against its budget. Short entries are measured by the clock,
 * which costs next to nothing; long ones by the CPU time of the process from the first look on, so that a run
 * does not pay for a machine that is busy with others.
 */
export class CpuMeter {
  private usedMs = 0;
  private enteredAt = 0;
  private baseline: { readonly elapsedMs: number; readonly cpu: NodeJS.CpuUsage } | undefined;

  constructor(private readonly budgetMs: number) {}

  /** Time in the VM so far, ms; between entries. */
  get total(): number {
    return this.usedMs;
  }

  enter(): void {
    this.baseline = undefined;
    this.enteredAt = performance.now();
  }

  leave(): void {
    this.usedMs += this.entryMs();
  }

  /** True once this entry has lasted long enough to look at things that cost a system call. */
  get isLong(): boolean {
    return performance.now() - this.enteredAt > LONG_ENTRY_MS;
  }

  /** True when the run has used more than its budget. To be called now and then while it is in the VM. */
  isOver(): boolean {
    this.baseline ??= { elapsedMs: performance.now() - this.enteredAt, cpu: process.cpuUsage() };
    return this.usedMs + this.entryMs() > this.budgetMs;
  }

  private entryMs(): number {
    const elapsedMs = performance.now() - this.enteredAt;
    if (elapsedMs <= LONG_ENTRY_MS || this.baseline === undefined) return elapsedMs;
    const { user, system } = process.cpuUsage(this.baseline.cpu);
    return Math.min(this.baseline.elapsedMs + (user + system) / 1000, elapsedMs);
  }
}
