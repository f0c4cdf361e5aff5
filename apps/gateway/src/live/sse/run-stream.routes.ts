import { Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { DomainError, InvalidInputError } from '@runnel/errors';
import { RunLog } from '@runnel/run-log';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { identityOf } from '../../http/access/identity-of';
import { operation } from '../../http/route-declaration';
import { BEGINNING, type Cursor, parseCursor } from '../feed/cursor';
import { RunFeeds } from '../feed/run-feeds';
import { RunReader } from '../feed/run-reader';
import { OpenStreams } from '../open-streams';
import { ShardScanner } from '../tail/shard-scanner';
import { TailHub } from '../tail/tail-hub';
import { EventStream } from './event-stream';
import { SSE_DIALECT } from './sse-dialect';

const RUN_ID = /^[\w-]{1,64}$/;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

const streamRun = operation({
  summary: 'Watch a run live: server-sent events, resumable by Last-Event-ID or ?after=',
  tag: 'runs',
  errors: 'jobs',
  query: z.object({ after: z.string().optional() }),
});

/** `GET /v1/runs/:id/stream`: a run's whole story and what comes, until it ends (DESIGN, "Watching live"). */
@Injectable()
export class RunStreamRoutes {
  private readonly feeds: RunFeeds;

  constructor(
    private readonly log: RunLog,
    private readonly streams: OpenStreams,
    private readonly clock: Clock,
    hub: TailHub,
    reader: RunReader,
    scanner: ShardScanner,
  ) {
    this.feeds = new RunFeeds(SSE_DIALECT, { hub, reader, scanner });
  }

  register(fastify: FastifyInstance): void {
    fastify.route<{ Params: { id: string }; Querystring: { after?: unknown } }>({
      method: 'GET',
      url: '/v1/runs/:id/stream',
      config: { access: { kind: 'permission', command: 'watch-run' }, operation: streamRun },
      handler: (request, reply) =>
        this.serve(request.params.id, request.query.after, request, reply),
    });
  }

  private async serve(
    runId: string,
    after: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { project } = identityOf(request);
    if (!RUN_ID.test(runId)) throw new DomainError('RUN_NOT_FOUND', 'run not found');
    const cursor = this.cursorOf(runId, request.headers['last-event-id'] ?? after);
    const release = this.streams.reserve(project);
    let leave = (): void => undefined;
    const stream: EventStream = new EventStream(reply.raw, {
      project,
      headers: { ...HEADERS, 'x-request-id': request.id },
      now: this.clock.now(),
      onStart: () => void reply.hijack(),
      onDrop: () => this.streams.noteDropped(),
      onClose: () => {
        leave();
        this.streams.remove(stream);
        release();
      },
    });
    try {
      leave = await this.feeds.watch({ runId, project, cursor, sink: stream });
    } catch (error) {
      release();
      throw error;
    }
    if (stream.isClosed) return leave();
    this.streams.add(stream);
    stream.start();
    stream.goLive();
  }

  private cursorOf(runId: string, text: unknown): Cursor {
    if (text === undefined || text === '') return BEGINNING;
    if (typeof text === 'string') return parseCursor(text, this.log.shardOf(runId));
    throw new InvalidInputError('INVALID_POSITION', 'give one position to resume after');
  }
}
