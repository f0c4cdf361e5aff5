import { Controller, Post, Req, Res } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { traceparentOf } from '../../http/traceparent';
import { CancelRun } from '../../runs/cancel-run';
import type { StartedRun } from '../../runs/start-and-wait';
import { type Envelope, success } from '../envelopes';
import { commandKeyOf } from './command-key';
import { RepeatRun } from './repeat-run';
import { cancelRun, replayRun, retryRun } from './run-commands.dto';

type RepeatInput = Pick<InputOf<typeof retryRun> | InputOf<typeof replayRun>, 'params' | 'query'>;

/** What one may do to a run of a deployment (contracts/automation.md D, 18 and 19; E.8). */
@Controller('api/deployments/:id/runs/:runId')
export class RunCommandsController {
  constructor(
    private readonly repeating: RepeatRun,
    private readonly canceling: CancelRun,
  ) {}

  @Post('retry')
  @RequiresPermission('retry-run')
  @Serves(retryRun)
  retry(
    @Caller() identity: Identity,
    @Input() input: InputOf<typeof retryRun>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<StartedRun>> {
    return this.repeat('retry', identity, input, request, reply);
  }

  @Post('replay')
  @RequiresPermission('replay-run')
  @Serves(replayRun)
  replay(
    @Caller() identity: Identity,
    @Input() input: InputOf<typeof replayRun>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<StartedRun>> {
    return this.repeat('replay', identity, input, request, reply);
  }

  @Post('cancel')
  @RequiresPermission('cancel-run')
  @Serves(cancelRun)
  async cancel(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof cancelRun>,
  ): Promise<Envelope<StartedRun>> {
    const { id: deploymentId, runId } = params;
    await this.canceling.cancel({ identity, deploymentId, runId });
    return success({ runId, status: 'canceled' });
  }

  private async repeat(
    how: 'retry' | 'replay',
    identity: Identity,
    { params, query }: RepeatInput,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Envelope<StartedRun>> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const waits = query.wait === 'true';
    if (!waits) reply.code(202);
    const traceparent = traceparentOf(request.headers);
    const idempotencyKey = commandKeyOf(request.headers);
    const { runId, status } = await this.repeating.repeat({
      how,
      identity,
      deploymentId: params.id,
      runId: params.runId,
      waits,
      signal: gone.signal,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(traceparent !== undefined && { traceparent }),
    });
    return success({ runId, status });
  }
}
