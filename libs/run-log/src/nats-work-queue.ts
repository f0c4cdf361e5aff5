import { UnavailableError } from '@runnel/errors';
import type { NatsConnection } from 'nats';

import { ConnectionWatch } from './connection-watch';
import { JetStreamApi, JetStreamApiError, NAME_IN_USE, type StreamConfig } from './jetstream-api';
import { readPublishAck } from './publish-outcome';
import { ReplyInbox } from './reply-inbox';
import { workConsumer, workFilter, WORK_STREAM, WORK_SUBJECTS, workSubject } from './subjects';
import { WorkPuller } from './work-puller';
import {
  type ConsumeOptions,
  type WorkConsumer,
  type WorkItem,
  WorkQueue,
} from './work-queue.port';

export interface WorkQueueOptions {
  readonly connection: NatsConnection;
  /** Bytes of server memory the queue may take; a full queue refuses. Default 256 MiB. */
  readonly maxBytes?: number;
  /** Seconds in which an item must be settled. Default 30. */
  readonly ackWaitSeconds?: number;
}

const NANOS = 1_000_000_000;
const ACK_TIMEOUT_MS = 5_000;
/** Items out at once over all executors: the server's default of 1,000 stalls consumers silently. */
const MAX_ACK_PENDING = 65_536;

/** Opens the dispatch queue, making it if it is not there. Throws UnavailableError. */
export async function connectWorkQueue(options: WorkQueueOptions): Promise<WorkQueue> {
  const queue = new NatsWorkQueue(options);
  await queue.ensure();
  return queue;
}

/** The dispatch queue as a work-queue stream in memory, one durable pull consumer per kind of work. */
class NatsWorkQueue extends WorkQueue {
  private readonly api: JetStreamApi;
  private readonly inbox: ReplyInbox;
  private readonly watch: ConnectionWatch;
  private readonly consumers = new Set<WorkPuller>();

  constructor(private readonly options: WorkQueueOptions) {
    super();
    this.watch = new ConnectionWatch(options.connection);
    this.api = new JetStreamApi(options.connection, this.watch);
    this.inbox = new ReplyInbox(options.connection, this.watch, ACK_TIMEOUT_MS);
  }

  async ensure(): Promise<{ readonly createdAt: string }> {
    const { created } = await this.createOrFind({
      name: WORK_STREAM,
      subjects: [WORK_SUBJECTS],
      storage: 'memory',
      retention: 'workqueue',
      discard: 'new',
      max_bytes: this.options.maxBytes ?? 256 * 1024 * 1024,
      num_replicas: 1,
    });
    return { createdAt: created };
  }

  publish(kind: string, queue: string, data: Uint8Array): Promise<void> {
    const subject = workSubject(kind, queue);
    return new Promise((resolve, reject) => {
      this.inbox.publish(subject, data, '', {
        onReply: (message) => {
          const outcome = readPublishAck(message);
          if (outcome.kind === 'stored') resolve();
          else reject(notQueued('reason' in outcome ? outcome.reason : outcome.kind));
          return true;
        },
        onLost: (reason) => reject(notQueued(reason)),
      });
    });
  }

  async consume(
    kind: string,
    handle: (item: WorkItem) => void,
    options: ConsumeOptions,
  ): Promise<WorkConsumer> {
    const name = workConsumer(kind);
    const puller = new WorkPuller({
      connection: this.options.connection,
      watch: this.watch,
      stream: WORK_STREAM,
      consumer: name,
      maxItems: options.maxItems,
      handle,
      ensure: () => this.ensureConsumer(kind, name),
    });
    await puller.start();
    this.consumers.add(puller);
    return {
      stop: async () => {
        this.consumers.delete(puller);
        await puller.stop();
      },
    };
  }

  async depth(): Promise<number> {
    return (await this.api.streamInfo(WORK_STREAM)).state.messages;
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((puller) => puller.stop()));
    this.consumers.clear();
    this.inbox.close();
  }

  private async ensureConsumer(kind: string, name: string): Promise<void> {
    await this.ensure();
    await this.api.createConsumer(WORK_STREAM, name, {
      durable_name: name,
      filter_subject: workFilter(kind),
      deliver_policy: 'all',
      ack_policy: 'explicit',
      ack_wait: (this.options.ackWaitSeconds ?? 30) * NANOS,
      max_ack_pending: MAX_ACK_PENDING,
      max_deliver: -1,
    });
  }

  private async createOrFind(config: StreamConfig): Promise<{ created: string }> {
    try {
      return await this.api.createStream(config);
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error;
      if (error.errCode === NAME_IN_USE) return this.api.streamInfo(WORK_STREAM);
      throw new UnavailableError(
        'nats',
        `nats-server refuses stream ${WORK_STREAM}: ${error.description}`,
        {
          cause: error,
        },
      );
    }
  }
}

function notQueued(reason: string): UnavailableError {
  return new UnavailableError('nats', `the dispatch queue did not take an item: ${reason}`);
}
