import { type DeployedWebhook, sendWebhook } from './deployed-webhook';

/** Knocks at a webhook until stopped, and remembers every run that was accepted. */
export class Load {
  readonly accepted: string[] = [];
  /** Answers other than 202, and requests that got none, by what came. */
  readonly refused = new Map<string, number>();
  private stopped = false;
  private readonly workers: Promise<void>[] = [];

  constructor(
    private readonly baseUrl: string,
    private readonly webhook: DeployedWebhook,
  ) {}

  start(workers: number): void {
    for (let n = 0; n < workers; n += 1) this.workers.push(this.knock());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.workers);
  }

  private async knock(): Promise<void> {
    while (!this.stopped) {
      const outcome = await sendWebhook(this.baseUrl, this.webhook, { name: 'load' }).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error) this.refuse(outcome.name);
      else this.judge(outcome as Awaited<ReturnType<typeof sendWebhook>>);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  private judge(answer: Awaited<ReturnType<typeof sendWebhook>>): void {
    if (answer.status === 202) this.accepted.push(answer.body.runId);
    else this.refuse(`${answer.status} ${answer.body.code ?? ''}`);
  }

  private refuse(what: string): void {
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
  }
}
