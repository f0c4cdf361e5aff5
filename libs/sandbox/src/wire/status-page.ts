import { readSync, writeSync } from 'node:fs';

/**
 * Twelve bytes in an unlinked file that the pool and one child share, for what must be known while the child
 * cannot speak: u32 number of the entry into a VM | u32 run in it, 0 = none | u32 run that must stop.
 * The child writes the first two, the pool the third.
 */
export const STATUS_PAGE_BYTES = 12;

const STOP_OFFSET = 8;

/** The child's side. */
export class ChildStatusPage {
  private readonly page = Buffer.alloc(STATUS_PAGE_BYTES);
  private readonly stop = Buffer.alloc(4);
  private entry = 0;
  private active = 0;

  constructor(private readonly fd: number) {}

  /** Says that the VM of this run is entered. */
  enter(run: number): void {
    this.entry = (this.entry + 1) >>> 0;
    this.active = run;
    this.page.writeUInt32LE(this.entry, 0);
    this.page.writeUInt32LE(run, 4);
    writeSync(this.fd, this.page, 0, 8, 0);
  }

  /** Says that no VM is entered. */
  leave(): void {
    if (this.active === 0) return;
    this.active = 0;
    this.page.writeUInt32LE(0, 4);
    writeSync(this.fd, this.page, 4, 4, 4);
  }

  /** True when the pool wants this run to stop at once. */
  mustStop(run: number): boolean {
    readSync(this.fd, this.stop, 0, 4, STOP_OFFSET);
    return this.stop.readUInt32LE(0) === run;
  }
}

/** The pool's side. */
export class PoolStatusPage {
  private readonly page = Buffer.alloc(8);

  constructor(private readonly fd: number) {
    writeSync(fd, Buffer.alloc(STATUS_PAGE_BYTES), 0, STATUS_PAGE_BYTES, 0);
  }

  /** The entry the child is in; `run` is 0 when it is in none. */
  read(): { readonly entry: number; readonly run: number } {
    readSync(this.fd, this.page, 0, 8, 0);
    return { entry: this.page.readUInt32LE(0), run: this.page.readUInt32LE(4) };
  }

  /** Asks the child to stop this run inside its VM. */
  stop(run: number): void {
    const word = Buffer.alloc(4);
    word.writeUInt32LE(run, 0);
    writeSync(this.fd, word, 0, 4, STOP_OFFSET);
  }
}
