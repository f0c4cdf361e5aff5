const FIRST_MS = 250;
const LONGEST_MS = 2_000;

/** How long to leave somebody alone who refuses: 250 ms, doubled with each period that ends in a refusal, 2 s at most. */
export class HoldOff {
  private until = 0;
  private ms = 0;

  /** Whether another try is due. */
  isOver(now: number): boolean {
    return now >= this.until;
  }

  /** A refusal. The length of the period that it begins; undefined within one. */
  refused(now: number): number | undefined {
    if (!this.isOver(now)) return undefined;
    this.ms = Math.min(Math.max(this.ms * 2, FIRST_MS), LONGEST_MS);
    this.until = now + this.ms;
    return this.ms;
  }

  accepted(): void {
    this.ms = 0;
  }
}
