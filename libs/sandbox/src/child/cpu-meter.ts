import { performance } from 'node:perf_hooks';

/** From here on an entry is long enough to pay for asking the system what it really used. */
const LONG_ENTRY_MS = 20;

/**
 * The time a run spends in its VM, over all entries, against its budget. Short entries are measured by the
 * clock; long ones by the CPU time of the process, so that a run does not pay for a machine busy with others.
 */
export class CpuMeter {
  private usedMs = 0;
  private enteredAt = 0;
  private cpuAtEntry: NodeJS.CpuUsage = { user: 0, system: 0 };

  constructor(private readonly budgetMs: number) {}

  /** Time in the VM so far, ms; between entries. */
  get total(): number {
    return this.usedMs;
  }

  enter(): void {
    this.cpuAtEntry = process.cpuUsage();
    this.enteredAt = performance.now();
  }

  leave(): void {
    this.usedMs += this.entryMs();
  }

  /** True once this entry has lasted long enough to look at things that cost a system call. */
  get isLong(): boolean {
    return performance.now() - this.enteredAt > LONG_ENTRY_MS;
  }

  /** True when the run has used more than its budget. */
  isOver(): boolean {
    return this.usedMs + this.entryMs() > this.budgetMs;
  }

  private entryMs(): number {
    const elapsedMs = performance.now() - this.enteredAt;
    if (elapsedMs <= LONG_ENTRY_MS) return elapsedMs;
    const { user, system } = process.cpuUsage(this.cpuAtEntry);
    return Math.min((user + system) / 1000, elapsedMs);
  }
}
