export interface Verdict {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch at which the window ends. */
  readonly resetsAt: number;
}

interface Window {
  count: number;
  resetsAt: number;
}

/** Subjects counted at once. When more ask within a window, those longest known are forgotten first. */
const MAX_SUBJECTS = 50_000;

/** Counts per subject in fixed windows, in this process's memory. */
export class RateLimiter {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly maxSubjects = MAX_SUBJECTS,
  ) {}

  /** Counts one request of `subject` at `now` (ms since the epoch) and says whether it is within the limit. */
  hit(subject: string, now: number): Verdict {
    let window = this.windows.get(subject);
    if (!window || window.resetsAt <= now) {
      // Deleted first, so that the map's order is the order in which windows end.
      this.windows.delete(subject);
      window = { count: 0, resetsAt: now + this.windowMs };
      this.makeRoom(now);
      this.windows.set(subject, window);
    }
    if (window.count < this.limit) {
      window.count += 1;
      return this.verdict(true, window);
    }
    return this.verdict(false, window);
  }

  /** Takes a hit of this window back: it turned out to be none. */
  giveBack(subject: string): void {
    const window = this.windows.get(subject);
    if (window && window.count > 0) window.count -= 1;
  }

  get subjects(): number {
    return this.windows.size;
  }

  private verdict(allowed: boolean, { count, resetsAt }: Window): Verdict {
    return { allowed, limit: this.limit, remaining: this.limit - count, resetsAt };
  }

  private makeRoom(now: number): void {
    if (this.windows.size < this.maxSubjects) return;
    for (const [subject, { resetsAt }] of this.windows) {
      if (resetsAt > now && this.windows.size < this.maxSubjects) return;
      this.windows.delete(subject);
    }
  }
}
