import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type Empty, type ResponseOf } from '@runnel/messaging';
import { z } from 'zod';

import { decode } from '../../decoding/decode';
import { identitySchema } from '../../decoding/identity.schema';
import { anyId, line } from '../../decoding/texts';
import { ApiKeysHandler } from '../application/api-keys.handler';
import { CreateApiKeyHandler } from '../application/create-api-key.handler';
import { ResolveApiKeyHandler } from '../application/resolve-api-key.handler';

const create = z.object({
  identity: identitySchema,
  name: line(255),
  scopes: z.array(z.string()).max(100),
  expiresInDays: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(3_650, 'must be at most 3650')
    .optional(),
});
const list = z.object({ identity: identitySchema });
const revoke = z.object({ identity: identitySchema, id: anyId });
const resolve = z.object({ keyHash: z.string() });

@Controller()
export class ApiKeysController {
  constructor(
    private readonly creation: CreateApiKeyHandler,
    private readonly keys: ApiKeysHandler,
    private readonly resolution: ResolveApiKeyHandler,
  ) {}

  @Answers('svc.deployments.create-api-key')
  create(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.create-api-key'>> {
    const { identity, ...key } = decode(create, request);
    return this.creation.handle(identity, key);
  }

  @Answers('svc.deployments.list-api-keys')
  async list(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.list-api-keys'>> {
    return { items: await this.keys.list(decode(list, request).identity) };
  }

  @Answers('svc.deployments.revoke-api-key')
  async revoke(@Payload() request: unknown): Promise<Empty> {
    const { identity, id } = decode(revoke, request);
    await this.keys.revoke(identity, id);
    return {};
  }

  @Answers('svc.deployments.resolve-api-key')
  resolve(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.resolve-api-key'>> {
    return this.resolution.handle(decode(resolve, request).keyHash);
  }
}
