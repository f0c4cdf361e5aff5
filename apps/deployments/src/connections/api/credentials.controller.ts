import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type ConnectionView, type ResponseOf } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { CredentialHandler } from '../application/credential.handler';
import { OAuthHandler } from '../application/oauth.handler';
import { authorizeSchema, finishSchema, startSchema } from './connection-requests';

/** How credentials come in from providers, and go out with requests. */
@Controller()
export class CredentialsController {
  constructor(
    private readonly oauth: OAuthHandler,
    private readonly credentials: CredentialHandler,
  ) {}

  @Answers('svc.deployments.start-oauth')
  async start(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.start-oauth'>> {
    const { identity, ...begin } = decode(startSchema, request);
    return { url: await this.oauth.start(identity, begin) };
  }

  @Answers('svc.deployments.finish-oauth')
  finish(@Payload() request: unknown): Promise<ConnectionView> {
    const { identity, ...returned } = decode(finishSchema, request);
    return this.oauth.finish(identity, returned);
  }

  /** On behalf of nobody: only executors ask, for runs that were admitted. */
  @Answers('svc.deployments.authorize-request')
  authorize(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.authorize-request'>> {
    const { project, connectionId, url } = decode(authorizeSchema, request);
    return this.credentials.authorize(project, connectionId, url);
  }
}
