import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type DeploymentView, type Page, type ResponseOf } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { ReadDeploymentsHandler } from '../application/read-deployments.handler';
import { SteerDeploymentHandler } from '../application/steer-deployment.handler';
import {
  byIdSchema,
  callerSchema,
  listSchema,
  updateDeploymentSchema,
} from './deployment-requests';

@Controller()
export class DeploymentsController {
  constructor(
    private readonly reading: ReadDeploymentsHandler,
    private readonly steering: SteerDeploymentHandler,
  ) {}

  @Answers('svc.deployments.list-deployments')
  list(@Payload() request: unknown): Promise<Page<DeploymentView>> {
    const { identity, status, page, limit } = decode(listSchema, request);
    return this.reading.list(identity, status, { page, limit });
  }

  @Answers('svc.deployments.get-deployment')
  get(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.reading.get(identity, id);
  }

  @Answers('svc.deployments.count-deployments')
  count(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.count-deployments'>> {
    return this.reading.count(decode(callerSchema, request).identity);
  }

  @Answers('svc.deployments.pause-deployment')
  pause(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.steering.pause(identity, id);
  }

  @Answers('svc.deployments.resume-deployment')
  resume(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.steering.resume(identity, id);
  }

  @Answers('svc.deployments.update-deployment')
  update(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, id, ...settings } = decode(updateDeploymentSchema, request);
    return this.steering.configure(identity, id, settings);
  }

  @Answers('svc.deployments.redeploy')
  redeploy(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.steering.redeploy(identity, id);
  }
}
