import type { OwnedProcess } from './owned-process';
import { StartError } from './start-error';

const KEPT_CHARACTERS = 8_000;

/** Watches what a server says while it starts: resolves on the word that it serves, keeps its last words. */
export class StartWatch {
  private said = '';
  private served = false;
  private onServing: () => void = () => undefined;

  constructor(private readonly servingText: string) {}

  /** To be called with everything the server says. */
  hear(chunk: Buffer): void {
    if (this.served) return;
    this.said = (this.said + chunk.toString()).slice(-KEPT_CHARACTERS);
    if (!this.said.includes(this.servingText)) return;
    this.served = true;
    this.onServing();
  }

  /** The last lines that contain any of `marks`, for an error message. */
  lastWords(...marks: readonly string[]): string {
    const lines = this.said.split('\n').filter((line) => line.trim() !== '');
    const telling = lines.filter((line) => marks.some((mark) => line.includes(mark)));
    return (telling.at(-1) ?? lines.at(-1) ?? 'it said nothing').trim();
  }

  /**
   * Resolves when the server has said that it serves.
   * @throws StartError when it ends first or takes longer than `timeoutMs`
   */
  async serving(process: OwnedProcess, name: string, timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const outcome = await Promise.race([
      new Promise<'serves'>((resolve) => {
        this.onServing = () => resolve('serves');
        if (this.served) resolve('serves');
      }),
      process.exited.then(() => 'ended' as const),
      new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), timeoutMs);
      }),
    ]);
    clearTimeout(timer);
    if (outcome === 'serves') return;
    const what = outcome === 'late' ? `did not serve within ${timeoutMs / 1000} s` : 'ended';
    throw new StartError(`${name} ${what} (${this.lastWords('FATAL', '[FTL]', '[ERR]')}).`);
  }
}
