import { Inject, Injectable } from '@nestjs/common';
import { isId } from '@runnel/ids';
import type { RequestOf, ResponseOf } from '@runnel/messaging';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';

import { Clock } from '../../clock/clock';
import { DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import { type Deployment, tripped } from '../domain/deployment';
import { LiveDeployments } from '../live-deployments';
import { DeploymentStore } from './deployment-store.port';

type Request = RequestOf<'svc.deployments.trip-breaker'>;
type Response = ResponseOf<'svc.deployments.trip-breaker'>;

/**
 * Pauses a deployment whose runs fail one after the other (contracts/automation.md C.7). The row's lock makes
 * it once: who asks again, or counts failures from before the deployment was last set going, changes nothing.
 */
@Injectable()
export class TripBreakerHandler {
  private readonly trips;

  constructor(
    private readonly deployments: DeploymentStore,
    private readonly presence: LiveDeployments,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.trips = metrics.counter(
      'runnel_deployments_breaker_trips_total',
      'Deployments paused because their runs failed one after the other',
    );
  }

  async handle(request: Request): Promise<Response> {
    const { project, deploymentId, failures } = request;
    const { response, webhookIds } = await this.transactions.inTransaction(() =>
      this.judge(request),
    );
    if (response.outcome !== 'paused') return response;
    this.trips.inc();
    this.logger.warn(
      { project, deploymentId, failures: failures.length },
      'circuit breaker has paused the deployment',
    );
    await this.notices.changed({ project, deploymentIds: [deploymentId], webhookIds });
    return response;
  }

  private async judge({
    project,
    deploymentId,
    threshold,
    failures,
  }: Request): Promise<{ response: Response; webhookIds: readonly string[] }> {
    const before = isId('deployment', deploymentId)
      ? await this.deployments.lock(project, deploymentId)
      : undefined;
    if (before?.status !== 'active') return only({ outcome: 'not_active' });
    const counted = failures.filter((requestedAt) => isAfter(requestedAt, before));
    if (counted.length < threshold) {
      const countFrom = (before.breakerSince ?? before.createdAt).toISOString();
      return only({ outcome: 'too_few', countFrom });
    }
    await this.deployments.save(tripped(before, this.clock.now()));
    const { webhookIds } = await this.presence.ofPattern(before.patternId);
    return { response: { outcome: 'paused' }, webhookIds };
  }
}

const only = (response: Response) => ({ response, webhookIds: [] });

/** Runs asked for before the deployment was last deployed, redeployed or resumed say nothing of it as it is. */
function isAfter(requestedAt: string, { breakerSince }: Deployment): boolean {
  return breakerSince === null || Date.parse(requestedAt) > breakerSince.getTime();
}
