import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type DeploymentView, type ResponseOf } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { DeployPatternHandler } from '../application/deploy-pattern.handler';
import { ReadDeploymentsHandler } from '../application/read-deployments.handler';
import { UndeployPatternHandler } from '../application/undeploy-pattern.handler';
import { deploySchema, ofPatternSchema } from './deployment-requests';

/** From pattern to deployment and back. */
@Controller()
export class ReleasesController {
  constructor(
    private readonly deploying: DeployPatternHandler,
    private readonly undeploying: UndeployPatternHandler,
    private readonly reading: ReadDeploymentsHandler,
  ) {}

  @Answers('svc.deployments.deploy-pattern')
  deploy(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, patternId, environmentId, ...settings } = decode(deploySchema, request);
    return this.deploying.handle(identity, patternId, environmentId, settings);
  }

  @Answers('svc.deployments.undeploy-pattern')
  async undeploy(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.undeploy-pattern'>> {
    const { identity, patternId } = decode(ofPatternSchema, request);
    await this.undeploying.handle(identity, patternId);
    return { status: 'undeployed' };
  }

  @Answers('svc.deployments.get-pattern-deployment')
  getOfPattern(@Payload() request: unknown): Promise<DeploymentView> {
    const { identity, patternId } = decode(ofPatternSchema, request);
    return this.reading.ofPattern(identity, patternId);
  }
}
