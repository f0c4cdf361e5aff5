import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type Empty, type ResponseOf, type SecretView } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { SecretsHandler } from '../application/secrets.handler';
import { byIdSchema, namedSchema, putSchema } from './environment-requests';

@Controller()
export class SecretsController {
  constructor(private readonly secrets: SecretsHandler) {}

  @Answers('svc.deployments.list-secrets')
  async list(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.list-secrets'>> {
    const { identity, id } = decode(byIdSchema, request);
    return { items: await this.secrets.list(identity, id) };
  }

  @Answers('svc.deployments.put-secret')
  put(@Payload() request: unknown): Promise<SecretView> {
    const { identity, id, name, value } = decode(putSchema, request);
    return this.secrets.put(identity, id, name, value);
  }

  @Answers('svc.deployments.delete-secret')
  async delete(@Payload() request: unknown): Promise<Empty> {
    const { identity, id, name } = decode(namedSchema, request);
    await this.secrets.delete(identity, id, name);
    return {};
  }
}
