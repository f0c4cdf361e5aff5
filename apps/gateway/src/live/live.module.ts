import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { RunReader } from './feed/run-reader';
import { LiveMetrics } from './live-metrics';
import { OpenStreams } from './open-streams';
import { ProjectFeeds } from './socket/project-feeds';
import { SocketServer } from './socket/socket-server';
import { RunStreamRoutes } from './sse/run-stream.routes';
import { ShardScanner } from './tail/shard-scanner';
import { TailHub } from './tail/tail-hub';

/** Watching runs live: event streams, sockets, and whoever waits for a run's end. */
@Module({
  imports: [HttpModule],
  providers: [
    LiveMetrics,
    OpenStreams,
    ProjectFeeds,
    RunReader,
    RunStreamRoutes,
    ShardScanner,
    SocketServer,
    TailHub,
  ],
  exports: [RunReader, RunStreamRoutes, SocketServer, TailHub],
})
export class LiveModule {}
