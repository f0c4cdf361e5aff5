import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { type RequestOf, ServiceClient } from '@runnel/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { noteLag } from '../../runs/note-lag';
import { type Envelope, page, type PageEnvelope, success } from '../envelopes';
import { commandKeyOf } from './command-key';
import { type RunResponse, toRunResponse } from './executions.dto';
import { RetryRuns } from './retry-runs';
import { listDeadLetters, listProjectRuns, type RetryOutcome, retryRuns } from './run-commands.dto';
import { statusesOf } from './run-filters';

type ListRequest = Omit<RequestOf<'svc.metrics.list-runs'>, 'project'>;

/** Runs over all deployments of a project: what failed anywhere, and its retry in bulk. */
@Controller('api')
export class ProjectRunsController {
  constructor(
    private readonly services: ServiceClient,
    private readonly retrying: RetryRuns,
  ) {}

  @Get('runs')
  @RequiresPermission('list-runs')
  @Serves(listProjectRuns)
  list(
    @Caller() identity: Identity,
    @Input() { query }: InputOf<typeof listProjectRuns>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageEnvelope<RunResponse>> {
    const { status } = query;
    const statuses = status !== undefined && { statuses: statusesOf(status) };
    return this.page(identity, { ...filtersOf(query), ...statuses }, reply);
  }

  @Get('dead-letters')
  @RequiresPermission('list-runs')
  @Serves(listDeadLetters)
  deadLetters(
    @Caller() identity: Identity,
    @Input() { query }: InputOf<typeof listDeadLetters>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageEnvelope<RunResponse>> {
    return this.page(identity, { ...filtersOf(query), statuses: ['dead_letter'] }, reply);
  }

  @Post('runs/retry')
  @RequiresPermission('retry-run')
  @Serves(retryRuns)
  async retry(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof retryRuns>,
    @Req() request: FastifyRequest,
  ): Promise<Envelope<{ accepted: number; refused: number; results: readonly RetryOutcome[] }>> {
    const key = commandKeyOf(request.headers);
    const results = await this.retrying.retry(identity, body.runIds, key);
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    return success({ accepted, refused: results.length - accepted, results });
  }

  private async page(
    { project }: Identity,
    request: ListRequest,
    reply: FastifyReply,
  ): Promise<PageEnvelope<RunResponse>> {
    const runs = await this.services.call('svc.metrics.list-runs', { project, ...request });
    noteLag(reply, runs.lag);
    return page(runs.items.map(toRunResponse), request, runs.total);
  }
}

function filtersOf(query: InputOf<typeof listDeadLetters>['query']): ListRequest {
  const { deploymentId, triggeredBy, page: number, limit } = query;
  return {
    page: number,
    limit,
    ...(deploymentId !== undefined && { deploymentId }),
    ...(triggeredBy !== undefined && { triggeredBy: [triggeredBy] }),
  };
}
