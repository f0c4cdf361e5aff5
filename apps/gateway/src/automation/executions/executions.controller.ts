import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { isAppError } from '@runnel/errors';
import { ServiceClient } from '@runnel/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { traceparentOf } from '../../http/traceparent';
import { FindRun } from '../../runs/find-run';
import { runNotFound } from '../../runs/load-run';
import { noteLag } from '../../runs/note-lag';
import { type Envelope, page, type PageEnvelope, success } from '../envelopes';
import { ExecuteDeployment } from './execute-deployment';
import {
  executeDeployment,
  getRun,
  listRuns,
  type RunResponse,
  runStats,
  toRunResponse,
  toStatsResponse,
} from './executions.dto';
import { statusesOf } from './run-filters';

/** Runs of a deployment (contracts/automation.md D, 7, 16 and 17). */
@Controller('api/deployments/:id')
export class ExecutionsController {
  constructor(
    private readonly services: ServiceClient,
    private readonly execution: ExecuteDeployment,
    private readonly findRun: FindRun,
  ) {}

  @Post('execute')
  @RequiresPermission('execute-deployment')
  @Serves(executeDeployment)
  async execute(
    @Caller() identity: Identity,
    @Input() { params, query, body }: InputOf<typeof executeDeployment>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<{ runId: string; status: string }>> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const waits = query.wait === 'true';
    if (!waits) reply.code(202);
    const traceparent = traceparentOf(request.headers);
    const { runId, status } = await this.execution.execute({
      identity,
      deploymentId: params.id,
      eventData: body.eventData ?? null,
      waits,
      signal: gone.signal,
      ...(body.nodeId !== undefined && { nodeId: body.nodeId }),
      ...(traceparent !== undefined && { traceparent }),
    });
    return success({ runId, status });
  }

  @Get('runs')
  @RequiresPermission('list-runs')
  @Serves(listRuns)
  async list(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof listRuns>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageEnvelope<RunResponse>> {
    const { status, triggeredBy, page: number, limit } = query;
    const [, runs] = await Promise.all([
      this.assertDeployment(identity, params.id),
      this.services.call('svc.metrics.list-runs', {
        project: identity.project,
        deploymentId: params.id,
        page: number,
        limit,
        ...(status !== undefined && { statuses: statusesOf(status) }),
        ...(triggeredBy !== undefined && { triggeredBy: [triggeredBy] }),
      }),
    ]);
    noteLag(reply, runs.lag);
    return page(runs.items.map(toRunResponse), { page: number, limit }, runs.total);
  }

  @Get('runs/stats')
  @RequiresPermission('run-stats')
  @Serves(runStats)
  async stats(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof runStats>,
  ): Promise<Envelope<object>> {
    const { period } = query;
    const { project } = identity;
    const [, stats] = await Promise.all([
      this.assertDeployment(identity, params.id),
      this.services.call('svc.metrics.run-stats', { project, deploymentId: params.id, period }),
    ]);
    return success(toStatsResponse(stats, period));
  }

  @Get('runs/:runId')
  @RequiresPermission('get-run')
  @Serves(getRun)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getRun>,
  ): Promise<Envelope<RunResponse>> {
    const run = await this.findRun.byId(identity.project, params.runId).catch(asNotFound);
    if (run.deploymentId === params.id) return success(toRunResponse(run));
    throw runNotFound();
  }

  /** A deployment of another project has no runs to show and does not exist. Throws DomainError NOT_FOUND. */
  private async assertDeployment(identity: Identity, id: string): Promise<void> {
    await this.services.call('svc.deployments.get-deployment', { identity, id });
  }
}

/** This door has one code for all that is missing (contracts/automation.md D). */
function asNotFound(error: unknown): never {
  throw isAppError(error, 'RUN_NOT_FOUND') ? runNotFound() : error;
}
