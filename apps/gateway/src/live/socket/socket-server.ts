import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { RunLog } from '@runnel/run-log';
import { LOGGER, type Logger } from '@runnel/telemetry';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';

import { CONFIG, type GatewayConfig } from '../../config';
import { AccessGuard } from '../../http/access/access-guard';
import { type Credential, credentialOf, ofBearer } from '../../http/access/credential';
import { isSameOrigin } from '../../http/access/same-origin';
import { HttpProblem } from '../../http/errors/problem';
import { clientAddress } from '../../http/limits/client-address';
import { type Access, operation } from '../../http/route-declaration';
import { parseCursor } from '../feed/cursor';
import { RunFeeds } from '../feed/run-feeds';
import { RunReader } from '../feed/run-reader';
import { OpenStreams } from '../open-streams';
import { ShardScanner } from '../tail/shard-scanner';
import { TailHub } from '../tail/tail-hub';
import { ProjectFeeds } from './project-feeds';
import { refuseUpgrade } from './refuse-upgrade';
import { SOCKET_DIALECT } from './socket-dialect';
import { SocketSession } from './socket-session';

const PATH = '/api/ws';
const ACCESS: Access = { kind: 'permission', command: 'watch-run' };
/** A client says little. */
const MAX_MESSAGE_BYTES = 4_096;
const RUN_ID = /^[\w-]{1,64}$/;

const openSocket = operation({
  summary:
    'WebSocket: everything that happens in the project, as JSON text frames (needs an upgrade)',
  tag: 'runs',
  errors: 'flat',
});

/** `GET /api/ws` (contracts/pipelines.md F.1): guarded before the upgrade like every other route. */
@Injectable()
export class SocketServer implements OnApplicationShutdown {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  private readonly feeds: RunFeeds;

  constructor(
    private readonly guard: AccessGuard,
    private readonly streams: OpenStreams,
    private readonly projects: ProjectFeeds,
    private readonly log: RunLog,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    hub: TailHub,
    reader: RunReader,
    scanner: ShardScanner,
  ) {
    this.feeds = new RunFeeds(SOCKET_DIALECT, { hub, reader, scanner });
  }

  register(fastify: FastifyInstance): void {
    fastify.route({
      method: 'GET',
      url: PATH,
      config: { access: ACCESS, operation: openSocket },
      handler: () => {
        throw new HttpProblem(426, 'UPGRADE_REQUIRED', 'this is a WebSocket', {
          headers: { upgrade: 'websocket', connection: 'upgrade' },
        });
      },
    });
    fastify.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.upgrade(request, socket, head).catch((error: unknown) => refuseUpgrade(socket, error));
    });
  }

  onApplicationShutdown(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname, searchParams } = urlOf(request);
    if (pathname !== PATH) throw new HttpProblem(404, 'NOT_FOUND', 'there is no such route');
    const credential = this.credential(request, searchParams);
    const identity = await this.guard.authorize(credential, ACCESS, addressOf(request));
    this.guard.admitUpgrade(identity);
    const { project } = identity;
    const runId = runIdOf(searchParams);
    const release = this.streams.reserve(project);
    socket.once('close', release);
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const session = new SocketSession(webSocket, {
        project,
        now: this.clock.now(),
        feeds: this.feeds,
        cursorOf: (id, after) => parseCursor(after, this.log.shardOf(id)),
        logger: this.logger,
        onDrop: () => this.streams.noteDropped(),
      });
      this.streams.add(session);
      webSocket.once('close', () => this.streams.remove(session));
      void this.serve(session, runId, searchParams.get('after') ?? undefined, webSocket);
    });
  }

  private async serve(
    session: SocketSession,
    runId: string | undefined,
    after: string | undefined,
    webSocket: { once(event: 'close', listener: () => void): unknown; readyState: number },
  ): Promise<void> {
    if (runId !== undefined) return session.subscribe(runId, after);
    try {
      const leave = await this.projects.watch(session.project, session);
      if (webSocket.readyState > 1) leave();
      else webSocket.once('close', leave);
    } catch (error) {
      this.logger.warn({ err: error }, 'a socket could not be served');
      session.lost();
    }
  }

  /** A browser sends its cookie from any page: then the page must be ours. */
  private credential(request: IncomingMessage, query: URLSearchParams): Credential | undefined {
    const token = query.get('token');
    const credential =
      credentialOf({ authorization: request.headers.authorization }) ??
      (token === null ? credentialOf(request.headers) : ofBearer(token));
    const cookie = credential?.kind === 'token' && credential.from === 'cookie';
    if (!cookie || isSameOrigin(request.headers, this.config.RUNNEL_PUBLIC_URL)) return credential;
    throw new HttpProblem(403, 'FORBIDDEN', 'a session cookie is only good for pages of this site');
  }
}

/** Throws HttpProblem 400 VALIDATION for what is no path. */
function urlOf(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  if (URL.canParse(path, 'http://localhost')) return new URL(path, 'http://localhost');
  throw new HttpProblem(400, 'VALIDATION', 'the path of the request cannot be read');
}

/** Of the peer: an upgrade does not pass Fastify, which knows what proxies say. */
function addressOf(request: IncomingMessage): string {
  return clientAddress(request.socket.remoteAddress ?? '');
}

function runIdOf(query: URLSearchParams): string | undefined {
  const runId = query.get('run_id') ?? undefined;
  if (runId === undefined && query.has('after')) {
    throw new HttpProblem(400, 'VALIDATION', 'after needs run_id: a position is of one run');
  }
  if (runId === undefined || RUN_ID.test(runId)) return runId;
  throw new HttpProblem(400, 'VALIDATION', 'run_id is no run id');
}
