import { Controller, Get, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';
import type { FastifyReply } from 'fastify';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { FindRun } from '../../runs/find-run';
import { noteLag } from '../../runs/note-lag';
import { assertOwnProject } from '../own-project';
import { RunEvents } from './run-events';
import {
  type CommitResponse,
  getRun,
  type JobsRunResponse,
  listRunEvents,
  listRuns,
  toCommitResponse,
  toJobsRunResponse,
} from './runs.dto';

/** Runs of every kind, in the jobs door's words (contracts/jobs.md A.3, C.1, C.4, C.13). */
@Controller('v1/runs')
export class RunsController {
  constructor(
    private readonly services: ServiceClient,
    private readonly findRun: FindRun,
    private readonly runEvents: RunEvents,
  ) {}

  @Get()
  @RequiresPermission('list-runs')
  @Serves(listRuns)
  async list(
    @Caller() identity: Identity,
    @Input() { query }: InputOf<typeof listRuns>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly JobsRunResponse[]> {
    const { status, limit, page } = query;
    assertOwnProject(identity, query.project_id);
    const { items, lag } = await this.services.call('svc.metrics.list-runs', {
      project: identity.project,
      page,
      limit,
      ...(status !== undefined && { statuses: [status] }),
    });
    noteLag(reply, lag);
    return items.map(toJobsRunResponse);
  }

  @Get(':id')
  @RequiresPermission('get-run')
  @Serves(getRun)
  async get(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof getRun>,
  ): Promise<JobsRunResponse> {
    assertOwnProject(identity, query.project_id);
    return toJobsRunResponse(await this.findRun.byId(identity.project, params.id));
  }

  @Get(':id/events')
  @RequiresPermission('list-run-events')
  @Serves(listRunEvents)
  async events(
    @Caller() { project }: Identity,
    @Input() { params, query }: InputOf<typeof listRunEvents>,
  ): Promise<readonly CommitResponse[]> {
    const { after, limit } = query;
    const commits = await this.runEvents.list(project, params.id, { after, limit });
    return commits.map(toCommitResponse);
  }
}
