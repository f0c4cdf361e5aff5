import { Controller, Delete, Get, Post } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { toRunSettingsChange } from './run-settings.dto';
import { type Envelope, success } from '../envelopes';
import { deployPattern, getPatternDeployment, toTrigger, undeployPattern } from './deployments.dto';

/** Compiling and confirming take longer than a read. */
const DEPLOY_TIMEOUT_MS = 30_000;

/** Making patterns live (contracts/automation.md D, 1 to 3). */
@Controller('api/patterns')
export class PatternDeploymentController {
  constructor(private readonly services: ServiceClient) {}

  @Post(':id/deploy')
  @RequiresPermission('deploy-pattern')
  @Serves(deployPattern)
  async deploy(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof deployPattern>,
  ): Promise<Envelope<object>> {
    const { environmentId } = body;
    const request = {
      identity,
      patternId: params.id,
      ...(environmentId !== undefined && { environmentId }),
      ...toRunSettingsChange(body),
    };
    const { id, status, triggers } = await this.services.call(
      'svc.deployments.deploy-pattern',
      request,
      { timeoutMs: DEPLOY_TIMEOUT_MS },
    );
    return success({ deploymentId: id, status, triggers: triggers.map(toTrigger) });
  }

  @Delete(':id/deploy')
  @RequiresPermission('undeploy-pattern')
  @Serves(undeployPattern)
  async undeploy(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof undeployPattern>,
  ): Promise<Envelope<object>> {
    const request = { identity, patternId: params.id };
    const { status } = await this.services.call('svc.deployments.undeploy-pattern', request);
    return success({ status });
  }

  @Get(':id/deployment')
  @RequiresPermission('get-pattern-deployment')
  @Serves(getPatternDeployment)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getPatternDeployment>,
  ): Promise<Envelope<object>> {
    const request = { identity, patternId: params.id };
    const view = await this.services.call('svc.deployments.get-pattern-deployment', request);
    const { id, status, versionNumber, confirmedAt, createdAt } = view;
    return success({ deploymentId: id, status, versionNumber, confirmedAt, createdAt });
  }
}
