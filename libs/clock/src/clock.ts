/** The time, injected: what is decided by time can be tested without waiting. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;

  /** UTC, ISO 8601 with milliseconds. */
  iso(): string {
    return new Date(this.now()).toISOString();
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
