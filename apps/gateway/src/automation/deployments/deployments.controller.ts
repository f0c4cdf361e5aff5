import { Controller, Get, Inject, Patch, Post } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { type DeploymentView, pingSubject, ServiceClient } from '@runnel/messaging';

import { CONFIG, type GatewayConfig } from '../../config';
import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, page, type PageEnvelope, success } from '../envelopes';
import {
  type DetailedDeployment,
  getDeployment,
  healthSummary,
  type ListedDeployment,
  listDeployments,
  pauseDeployment,
  redeploy,
  resumeDeployment,
  toDetailedDeployment,
  toListedDeployment,
  updateDeployment,
} from './deployments.dto';
import { toRunSettingsChange } from './run-settings.dto';
import { percentage } from '../percentage';

const PING_TIMEOUT_MS = 1_500;

/** contracts/automation.md D, 4 to 10 and 15. */
@Controller('api/deployments')
export class DeploymentsController {
  constructor(
    private readonly services: ServiceClient,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @RequiresPermission('list-deployments')
  @Serves(listDeployments)
  async list(
    @Caller() identity: Identity,
    @Input() { query }: InputOf<typeof listDeployments>,
  ): Promise<PageEnvelope<ListedDeployment>> {
    const { status, page: number, limit } = query;
    const { items, total } = await this.services.call('svc.deployments.list-deployments', {
      identity,
      page: number,
      limit,
      ...(status !== undefined && { status }),
    });
    const { summaries } = await this.services.call('svc.metrics.deployment-summaries', {
      project: identity.project,
      deploymentIds: items.map(({ id }) => id),
    });
    const listed = items.map((item) => toListedDeployment(item, summaries[item.id]));
    return page(listed, { page: number, limit }, total);
  }

  @Get('health/summary')
  @RequiresPermission('health-summary')
  @Serves(healthSummary)
  async health(@Caller() identity: Identity): Promise<Envelope<object>> {
    const { project } = identity;
    const [deployments, runs, isConnected] = await Promise.all([
      this.services.call('svc.deployments.count-deployments', { identity }),
      this.services.call('svc.metrics.health-summary', { project }),
      this.executorAnswers(),
    ]);
    const { active, paused, failed } = deployments;
    const { runsLastHour, failuresLastHour } = runs;
    return success({
      deployments: { active, paused, failed },
      runsLastHour,
      failuresLastHour,
      errorRate: percentage(failuresLastHour, runsLastHour),
      engineStatus: isConnected ? 'connected' : 'disconnected',
    });
  }

  @Get(':id')
  @RequiresPermission('get-deployment')
  @Serves(getDeployment)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getDeployment>,
  ): Promise<Envelope<DetailedDeployment>> {
    const { id } = params;
    return this.detailed(
      identity,
      this.services.call('svc.deployments.get-deployment', { identity, id }),
      id,
    );
  }

  @Patch(':id')
  @RequiresPermission('update-deployment')
  @Serves(updateDeployment)
  async update(
    @Caller() identity: Identity,
    @Input() { params: { id }, body }: InputOf<typeof updateDeployment>,
  ): Promise<Envelope<DetailedDeployment>> {
    const request = { identity, id, ...toRunSettingsChange(body) };
    return this.detailed(
      identity,
      this.services.call('svc.deployments.update-deployment', request),
      id,
    );
  }

  @Post(':id/pause')
  @RequiresPermission('pause-deployment')
  @Serves(pauseDeployment)
  async pause(
    @Caller() identity: Identity,
    @Input() { params: { id } }: InputOf<typeof pauseDeployment>,
  ): Promise<Envelope<object>> {
    const { status } = await this.services.call('svc.deployments.pause-deployment', {
      identity,
      id,
    });
    return success({ status });
  }

  @Post(':id/resume')
  @RequiresPermission('resume-deployment')
  @Serves(resumeDeployment)
  async resume(
    @Caller() identity: Identity,
    @Input() { params: { id } }: InputOf<typeof resumeDeployment>,
  ): Promise<Envelope<object>> {
    const { status } = await this.services.call('svc.deployments.resume-deployment', {
      identity,
      id,
    });
    return success({ status });
  }

  @Post(':id/redeploy')
  @RequiresPermission('redeploy')
  @Serves(redeploy)
  async redeploy(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof redeploy>,
  ): Promise<Envelope<object>> {
    const request = { identity, id: params.id };
    const { id, status } = await this.services.call('svc.deployments.redeploy', request);
    return success({ deploymentId: id, status });
  }

  private async detailed(
    identity: Identity,
    asked: Promise<DeploymentView>,
    deploymentId: string,
  ): Promise<Envelope<DetailedDeployment>> {
    const [view, endpoints] = await Promise.all([
      asked,
      this.services.call('svc.deployments.list-webhook-endpoints', { identity, deploymentId }),
    ]);
    return success(toDetailedDeployment(view, endpoints.items, this.config.RUNNEL_PUBLIC_URL));
  }

  private async executorAnswers(): Promise<boolean> {
    try {
      const subject = pingSubject('executor');
      return (await this.services.call(subject, {}, { timeoutMs: PING_TIMEOUT_MS })).ready;
    } catch {
      return false; // that it does not answer is the answer
    }
  }
}
