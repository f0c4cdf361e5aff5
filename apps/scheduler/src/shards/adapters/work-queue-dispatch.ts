import type { RunKind } from '@runnel/run-domain';
import type { WorkQueue } from '@runnel/run-log';

import { DispatchQueue } from '../application/dispatch-queue.port';

/** The dispatch queue on a JetStream work-queue stream in memory. */
export class WorkQueueDispatch extends DispatchQueue {
  constructor(private readonly work: WorkQueue) {
    super();
  }

  async publish(kind: RunKind, queue: string, message: Uint8Array): Promise<void> {
    await this.work.publish(kind, queue, message);
  }

  async incarnation(): Promise<string> {
    return this.work.ensure();
  }

  async depth(): Promise<number> {
    return this.work.depth();
  }
}
