import { messageOf } from '@runnel/errors';

/** Resolves when the thing is usable, rejects with the reason when it is not. */
export type ReadinessCheck = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Where a process is in its life. It may be asked before it can do anything: its management port opens first. */
export type LifeStage = 'starting' | 'started' | 'stopping';

/** What must hold before this process should be sent work. Features register their checks at start. */
export class Readiness {
  private stage: LifeStage = 'starting';
  private readonly checks = new Map<string, ReadinessCheck>([
    [
      'service',
      () => {
        if (this.stage !== 'started') throw new Error(`the service is ${this.stage}`);
      },
    ],
  ]);

  /** Ready only once `started`: listening for its users, whatever the checks say before. */
  enter(stage: LifeStage): void {
    this.stage = stage;
  }

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** Runs all checks at once, each within two seconds. Never throws: a failing check is part of the report. */
  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    );
    return {
      ready: results.every(([, outcome]) => outcome === 'ok'),
      checks: Object.fromEntries(results),
    };
  }
}

async function outcomeOf(check: ReadinessCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve(check()).then(() => 'ok'), tooLate]);
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}
