import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  Answers,
  type ConnectionTestResult,
  type ConnectionView,
  type Empty,
  type ResponseOf,
} from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { ConnectionsHandler } from '../application/connections.handler';
import { CreateConnectionHandler } from '../application/create-connection.handler';
import { TestConnectionHandler } from '../application/test-connection.handler';
import {
  apiKeySchema,
  byIdSchema,
  callerSchema,
  multiFieldSchema,
  testSchema,
  updateSchema,
} from './connection-requests';

@Controller()
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsHandler,
    private readonly creation: CreateConnectionHandler,
    private readonly testing: TestConnectionHandler,
  ) {}

  @Answers('svc.deployments.list-connections')
  async list(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.list-connections'>> {
    return { items: await this.connections.list(decode(callerSchema, request).identity) };
  }

  @Answers('svc.deployments.get-connection')
  get(@Payload() request: unknown): Promise<ConnectionView> {
    const { identity, id } = decode(byIdSchema, request);
    return this.connections.get(identity, id);
  }

  @Answers('svc.deployments.create-api-key-connection')
  createApiKey(@Payload() request: unknown): Promise<ConnectionView> {
    const { identity, ...fields } = decode(apiKeySchema, request);
    return this.creation.apiKey(identity, fields);
  }

  @Answers('svc.deployments.create-multi-field-connection')
  createMultiField(@Payload() request: unknown): Promise<ConnectionView> {
    const { identity, ...fields } = decode(multiFieldSchema, request);
    return this.creation.multiField(identity, fields);
  }

  @Answers('svc.deployments.update-connection')
  update(@Payload() request: unknown): Promise<ConnectionView> {
    const { identity, id, ...changes } = decode(updateSchema, request);
    return this.connections.update(identity, id, changes);
  }

  @Answers('svc.deployments.delete-connection')
  async delete(@Payload() request: unknown): Promise<Empty> {
    const { identity, id } = decode(byIdSchema, request);
    await this.connections.delete(identity, id);
    return {};
  }

  @Answers('svc.deployments.test-connection')
  test(@Payload() request: unknown): Promise<ConnectionTestResult> {
    const { identity, id, url } = decode(testSchema, request);
    return this.testing.handle(identity, id, url);
  }
}
