import { Inject, Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DEFAULT_TIMEZONE } from '@runnel/definitions';
import { isId } from '@runnel/ids';
import type { ResponseOf, ScheduledDeployment } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { CONFIG, type DeploymentsConfig } from '../../config';
import { DefinitionNotices } from '../../notices/definition-notices';
import { Transactions } from '../../storage/transactions';
import { deploymentNotFound } from '../domain/deployment';
import { previewTicks, rescheduled, schedulesOf } from '../domain/schedules';
import { type DeploymentDetails, DeploymentStore } from './deployment-store.port';
import { scheduleViews, toDeploymentTarget } from './deployment-view';
import { ScheduleQuery } from './schedule-query.port';

export interface ScheduleChange {
  readonly cronExpression: string;
  readonly timezone?: string | undefined;
  readonly nodeId?: string | undefined;
}

export interface PreviewRequest {
  readonly count: number;
  readonly from?: string | undefined;
  readonly nodeId?: string | undefined;
}

/** Deployments of one answer. */
const PAGE = 50;
/** Half of what NATS carries; one deployment with as many and as long schedules as there may be stays far below. */
const PAGE_BYTES = 524_288;

/** When deployments run by themselves (contracts/automation.md C.9, D.14). */
@Injectable()
export class SchedulesHandler {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'runPolicy'>,
    private readonly deployments: DeploymentStore,
    private readonly query: ScheduleQuery,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the schedule of one node, or of all; until the next deploy.
   * @throws DomainError NOT_FOUND, NO_SCHEDULE, DEPLOYMENT_NOT_ACTIVE, FORBIDDEN; InvalidInputError VALIDATION
   */
  async update(
    identity: Identity,
    id: string,
    { cronExpression, timezone = DEFAULT_TIMEZONE, nodeId }: ScheduleChange,
  ): Promise<ResponseOf<'svc.deployments.update-schedule'>> {
    assertAllowed(identity, PERMISSIONS['update-schedule']);
    const { project } = identity;
    const change = { cronExpression, timezone, ...(nodeId !== undefined && { nodeId }) };
    const now = this.clock.now();
    const changed = await this.transactions.inTransaction(async () => {
      const locked = isId('deployment', id) ? await this.deployments.lock(project, id) : undefined;
      const details = locked && (await this.deployments.find(project, id));
      if (!details) throw deploymentNotFound();
      const after = rescheduled(locked, details.triggers, change, now);
      await this.deployments.save(after);
      return { ...details, ...after };
    });
    await this.notices.changed({ project, deploymentIds: [id] });
    const views = scheduleViews(changed, now);
    const view = views.find((candidate) => nodeId === undefined || candidate.nodeId === nodeId);
    return { cronExpression, timezone, nextRunAt: view?.nextRunAt ?? null };
  }

  /** @throws DomainError NOT_FOUND, NO_SCHEDULE, FORBIDDEN; InvalidInputError VALIDATION */
  async preview(
    identity: Identity,
    id: string,
    { count, from, nodeId }: PreviewRequest,
  ): Promise<ResponseOf<'svc.deployments.preview-schedule'>> {
    assertAllowed(identity, PERMISSIONS['preview-schedule']);
    const found = isId('deployment', id)
      ? await this.deployments.find(identity.project, id)
      : undefined;
    if (!found) throw deploymentNotFound();
    const start = from === undefined ? this.clock.now() : new Date(from);
    const schedules = schedulesOf(found, found.triggers);
    const ticks = previewTicks(schedules, { from: start.getTime(), count, nodeId });
    return {
      from: start.toISOString(),
      ticks: ticks.map(({ nodeId: node, at, localTime, timezone }) => ({
        nodeId: node,
        scheduledFor: new Date(at).toISOString(),
        localTime,
        timezone,
      })),
    };
  }

  /** For whoever starts runs by the clock: asked by a service, on behalf of nobody. */
  async list(request: {
    readonly deploymentIds?: readonly string[] | undefined;
    readonly after?: string | undefined;
  }): Promise<ResponseOf<'svc.deployments.list-schedules'>> {
    const { deploymentIds, after = '' } = request;
    const found = await this.query.page(after, PAGE, deploymentIds);
    const items = withinBytes(found.map((details) => this.toScheduled(details)));
    const isLast = found.length < PAGE && items.length === found.length;
    return { items, next: isLast ? null : (items.at(-1)?.target.deploymentId ?? null) };
  }

  private toScheduled(details: DeploymentDetails): ScheduledDeployment {
    const schedules = schedulesOf(details, details.triggers);
    return {
      // Other triggers are not the clock's business, and there may be a thousand.
      target: { ...toDeploymentTarget(details, this.config.runPolicy), triggers: [] },
      schedules: schedules.map(({ nodeId, cronExpression, timezone, since }) => ({
        nodeId,
        cronExpression,
        timezone,
        since,
      })),
    };
  }
}

/** As many of the first as fit into an answer, one at least. */
function withinBytes(items: readonly ScheduledDeployment[]): readonly ScheduledDeployment[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return index > 0 && bytes > PAGE_BYTES;
  });
  return end < 0 ? items : items.slice(0, end);
}
