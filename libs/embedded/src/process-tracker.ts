import type { OwnedProcess } from './owned-process';
import { ProcessRecords } from './process-records';

/** Keeps account of every process of a system, in memory and in the file that the next start reads. */
export class ProcessTracker {
  private readonly running = new Set<OwnedProcess>();
  private readonly records: ProcessRecords;

  constructor(path: string) {
    this.records = new ProcessRecords(path);
  }

  /** A listener for the one process that `name` has at a time: called with it, and with undefined at its end. */
  listenerFor(name: string): (process: OwnedProcess | undefined) => void {
    let current: OwnedProcess | undefined;
    return (process) => {
      if (current) {
        this.running.delete(current);
        this.records.remove(current.pid);
      }
      current = process;
      if (!process) return;
      this.running.add(process);
      this.records.add(name, process.pid);
    };
  }

  /** Stops what an earlier start left running; returns the names. The caller holds the data folder. */
  stopLeftovers(): Promise<readonly string[]> {
    return this.records.stopLeftovers();
  }

  /** Kills all that runs, and what they have started, at once. */
  killAll(): void {
    for (const process of this.running) process.killGroup();
  }

  /** Kills all that runs and waits for the end of it. */
  async sweep(): Promise<void> {
    this.killAll();
    await Promise.all([...this.running].map((process) => process.exited));
  }

  /** Removes the file: nothing runs any more. */
  forget(): void {
    this.records.clear();
  }
}
