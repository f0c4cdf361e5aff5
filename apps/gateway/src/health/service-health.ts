import { Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { UnavailableError } from '@runnel/errors';
import { APPS, type App, pingSubject, ServiceClient } from '@runnel/messaging';
import { Readiness, type ReadinessReport } from '@runnel/telemetry';

const PING_TIMEOUT_MS = 1_500;
/** The port is public: asking often must not cost more than asking now and then. */
const KEPT_MS = 500;

/** Whether this process and the four other services are ready: a live copy of each is asked. */
@Injectable()
export class ServiceHealth {
  private kept: { readonly at: number; readonly outcome: Promise<ReadinessReport> } | undefined;

  constructor(
    private readonly readiness: Readiness,
    private readonly services: ServiceClient,
    private readonly clock: Clock,
  ) {
    for (const app of APPS) {
      if (app !== 'gateway') readiness.register(app, () => this.ping(app));
    }
  }

  /** What was found at most half a second ago. Never throws. */
  report(): Promise<ReadinessReport> {
    const now = this.clock.now();
    if (!this.kept || now - this.kept.at > KEPT_MS) {
      this.kept = { at: now, outcome: this.readiness.report() };
    }
    return this.kept.outcome;
  }

  /** By service: `ok`, or why it is not ready. */
  async byService(): Promise<Readonly<Record<App, string>>> {
    const { checks } = await this.report();
    const own = Object.entries(checks).filter(([name]) => !isOther(name));
    const problems = own.filter(([, outcome]) => outcome !== 'ok');
    const gateway = problems.map(([name, outcome]) => `${name}: ${outcome}`).join('; ') || 'ok';
    const of = (app: App): string => checks[app] ?? 'not asked';
    return {
      gateway,
      deployments: of('deployments'),
      executor: of('executor'),
      scheduler: of('scheduler'),
      metrics: of('metrics'),
    };
  }

  private async ping(app: App): Promise<void> {
    const subject = pingSubject(app);
    const { ready } = await this.services.call(subject, {}, { timeoutMs: PING_TIMEOUT_MS });
    if (!ready) throw new UnavailableError(app, 'it answers, but is not ready');
  }
}

function isOther(check: string): boolean {
  return APPS.some((app) => app === check);
}
