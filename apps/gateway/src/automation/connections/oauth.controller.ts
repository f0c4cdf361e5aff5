import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';
import type { FastifyReply } from 'fastify';

import { CONFIG, type GatewayConfig } from '../../config';
import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import {
  type ConnectionResponse,
  finishOAuth,
  startOAuth,
  toConnectionResponse,
} from './connections.dto';

/** The provider's token endpoint is waited for. */
const FINISH_TIMEOUT_MS = 15_000;

/**
 * Connecting an account by OAuth (contracts/automation.md E.5). The callback asks for the session that began: without
 * it, anybody could be led to put their account into somebody else's project.
 */
@Controller('api/connections/oauth/:provider')
export class OAuthController {
  constructor(
    private readonly services: ServiceClient,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('start')
  @RequiresPermission('start-oauth')
  @Serves(startOAuth)
  start(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof startOAuth>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string }> {
    reply.header('cache-control', 'no-store');
    const { provider } = params;
    const { displayName } = query;
    const encoded = encodeURIComponent(provider);
    return this.services.call('svc.deployments.start-oauth', {
      identity,
      provider,
      redirectUri: `${this.config.RUNNEL_PUBLIC_URL}/api/connections/oauth/${encoded}/callback`,
      ...(displayName !== undefined && { displayName }),
    });
  }

  @Get('callback')
  @RequiresPermission('finish-oauth')
  @Serves(finishOAuth)
  async callback(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof finishOAuth>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionResponse> {
    // The address holds the code: it is to stay out of caches, and out of the Referer of whatever comes next.
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const { state, code, error } = query;
    const request = {
      identity,
      provider: params.provider,
      state,
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
    };
    return toConnectionResponse(
      await this.services.call('svc.deployments.finish-oauth', request, {
        timeoutMs: FINISH_TIMEOUT_MS,
      }),
    );
  }
}
