import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const LARGEST_BYTES = 20 * 1024 * 1024;
const OLD_FILES = 2;

/** A log file that never grows for ever: at 20 MiB it is set aside as `.1`, the one before as `.2`. */
export class RotatingLog {
  private descriptor: number;
  private size: number;

  constructor(
    readonly path: string,
    private readonly largestBytes = LARGEST_BYTES,
  ) {
    this.descriptor = openSync(path, 'a', 0o640);
    this.size = fstatSync(this.descriptor).size;
  }

  /** Appends; synchronous, so that what a dying process said last is on file before anyone looks. */
  write(chunk: Buffer): void {
    if (this.descriptor < 0) return;
    writeSync(this.descriptor, chunk);
    this.size += chunk.length;
    if (this.size >= this.largestBytes) this.rotate();
  }

  close(): void {
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
  }

  private rotate(): void {
    closeSync(this.descriptor);
    for (let age = OLD_FILES; age > 0; age -= 1) {
      const younger = age === 1 ? this.path : `${this.path}.${age - 1}`;
      tryRename(younger, `${this.path}.${age}`);
    }
    this.descriptor = openSync(this.path, 'w', 0o640);
    this.size = 0;
  }
}

function tryRename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // The older file does not exist yet; the log goes on either way.
    return;
  }
}
