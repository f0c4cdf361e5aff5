/** Waiting times between restarts: doubled each time, up to a bound, from the start again after a calm while. */
export class BackOff {
  private nextMs: number;

  constructor(
    private readonly firstMs = 250,
    private readonly longestMs = 10_000,
    /** A process that lived this long was healthy. */
    private readonly calmMs = 30_000,
  ) {
    this.nextMs = firstMs;
  }

  /** Milliseconds to wait before the next start of something that has just lived `aliveMs`. */
  next(aliveMs: number): number {
    if (aliveMs >= this.calmMs) this.nextMs = this.firstMs;
    const waitMs = this.nextMs;
    this.nextMs = Math.min(this.longestMs, this.nextMs * 2);
    return waitMs;
  }
}
