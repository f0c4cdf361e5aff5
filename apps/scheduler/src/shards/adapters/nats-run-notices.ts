import { type NatsConnection, RUN_MOVED, type RunMoved } from '@runnel/messaging';

import { RunNotices } from '../application/run-notices.port';

/** Core NATS: whoever holds the run hears it. */
export class NatsRunNotices extends RunNotices {
  constructor(private readonly nats: NatsConnection) {
    super();
  }

  moved(runId: string, revision: number): void {
    if (this.nats.isClosed() || this.nats.isDraining()) return;
    const notice: RunMoved = { runId, revision };
    this.nats.publish(RUN_MOVED, JSON.stringify(notice));
  }
}
