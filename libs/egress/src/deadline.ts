/** The time a call may take, and the caller's wish to end it, as one signal. */
export class Deadline {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = (): void => this.controller.abort();

  constructor(
    timeoutMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.signal = this.controller.signal;
    this.timer = setTimeout(() => this.controller.abort(), timeoutMs);
    if (caller?.aborted === true) this.controller.abort();
    caller?.addEventListener('abort', this.onAbort);
  }

  /** Why the signal is aborted, if it is. */
  get reason(): 'caller' | 'time' | undefined {
    if (!this.signal.aborted) return undefined;
    return this.caller?.aborted === true ? 'caller' : 'time';
  }

  /** Rejects when the signal is aborted before `work` is done; `work` itself goes on unheard. */
  async race<T>(work: Promise<T>): Promise<T> {
    let stop: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(new DOMException('the call was ended', 'AbortError'));
      if (this.signal.aborted) stop();
      else this.signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  /** To be called when the call is over. */
  clear(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.onAbort);
  }
}
