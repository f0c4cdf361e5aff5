import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type Empty, type EnvironmentView, type ResponseOf } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { EnvironmentsHandler } from '../application/environments.handler';
import { RunEnvironmentHandler } from '../application/run-environment.handler';
import {
  byIdSchema,
  callerSchema,
  createSchema,
  namedSchema,
  putSchema,
  runSchema,
  updateSchema,
} from './environment-requests';

@Controller()
export class EnvironmentsController {
  constructor(
    private readonly environments: EnvironmentsHandler,
    private readonly runs: RunEnvironmentHandler,
  ) {}

  @Answers('svc.deployments.list-environments')
  async list(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.list-environments'>> {
    return { items: await this.environments.list(decode(callerSchema, request).identity) };
  }

  @Answers('svc.deployments.get-environment')
  get(@Payload() request: unknown): Promise<EnvironmentView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.environments.get(identity, id);
  }

  @Answers('svc.deployments.create-environment')
  create(@Payload() request: unknown): Promise<EnvironmentView> {
    const { identity, name, variables } = decode(createSchema, request);
    return this.environments.create(identity, name, variables ?? {});
  }

  @Answers('svc.deployments.update-environment')
  update(@Payload() request: unknown): Promise<EnvironmentView> {
    const { identity, id, name, variables } = decode(updateSchema, request);
    return this.environments.update(identity, id, { name, variables });
  }

  @Answers('svc.deployments.delete-environment')
  async delete(@Payload() request: unknown): Promise<Empty> {
    const { identity, id } = decode(byIdSchema, request);
    await this.environments.delete(identity, id);
    return {};
  }

  @Answers('svc.deployments.put-variable')
  putVariable(@Payload() request: unknown): Promise<EnvironmentView> {
    const { identity, id, name, value } = decode(putSchema, request);
    return this.environments.putVariable(identity, id, name, value);
  }

  @Answers('svc.deployments.delete-variable')
  async deleteVariable(@Payload() request: unknown): Promise<Empty> {
    const { identity, id, name } = decode(namedSchema, request);
    await this.environments.deleteVariable(identity, id, name);
    return {};
  }

  /** On behalf of nobody: only executors ask, for runs that were admitted. */
  @Answers('svc.deployments.get-run-environment')
  async ofRun(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.get-run-environment'>> {
    return { environment: await this.runs.handle(decode(runSchema, request)) };
  }
}
