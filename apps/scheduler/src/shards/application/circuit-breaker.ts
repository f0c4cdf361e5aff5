import { isErrorOfKind, messageOf } from '@runnel/errors';
import type { ServiceClient } from '@runnel/messaging';
import type { Logger } from '@runnel/telemetry';

import type { BreakerCounts, FailingDeployment } from './breaker-counts.port';

/**
 * Asks `deployments` to pause what fails again and again (contracts/automation.md C.7). Any number of copies
 * may ask: the deployment's row says whether it is still to be paused, and which failures count.
 */
export class CircuitBreaker {
  private looking = false;

  constructor(
    private readonly counts: BreakerCounts,
    private readonly services: ServiceClient,
    private readonly logger: Logger,
    /** Failures in a row; 0: never. */
    private readonly threshold: number,
  ) {}

  /** Looks once; called every second. Never throws: what could not be done is found again by the next look. */
  async look(): Promise<void> {
    if (this.threshold === 0 || this.looking) return;
    this.looking = true;
    try {
      for (const failing of await this.counts.failing(this.threshold)) await this.trip(failing);
    } catch (error) {
      const fields = isErrorOfKind(error, 'unavailable')
        ? { reason: messageOf(error) }
        : { err: error };
      this.logger.warn(fields, 'circuit breaker could not look, will look again');
    } finally {
      this.looking = false;
    }
  }

  private async trip({ deploymentId, project, requestedAt }: FailingDeployment): Promise<void> {
    const { outcome, countFrom } = await this.services.call('svc.deployments.trip-breaker', {
      project,
      deploymentId,
      threshold: this.threshold,
      failures: requestedAt,
    });
    const newest = requestedAt.reduce((latest, at) => (at > latest ? at : latest));
    await this.counts.forget(deploymentId, countFrom ?? newest);
    this.logger.info({ deploymentId, outcome }, 'failing deployment told');
  }
}
