import { createInbox, type MsgHdrs, type NatsConnection } from 'nats';

/**
 * JetStream publishes with nothing in between: one inbox for all answers, ready-made headers, no timers, no
 * handling of failures. What the log is measured against.
 */
export class RawPublisher {
  private readonly inbox = createInbox();
  private readonly waiting = new Map<string, (seq: number) => void>();
  private sent = 0;
  private batches = 0;

  constructor(private readonly connection: NatsConnection) {
    const prefix = this.inbox.length + 1;
    connection.subscribe(`${this.inbox}.*`, {
      callback: (_, message) => {
        const token = message.subject.slice(prefix);
        const { seq } = JSON.parse(Buffer.from(message.data).toString('utf8')) as { seq?: number };
        if (!seq)
          throw new Error(`a raw publish was refused: ${Buffer.from(message.data).toString()}`);
        this.waiting.get(token)?.(seq);
        this.waiting.delete(token);
      },
    });
  }

  /** Makes a file stream of the same kind as the log's. */
  async makeStream(name: string, subjects: string): Promise<void> {
    const config = {
      name,
      subjects: [subjects],
      storage: 'file',
      discard: 'new',
      deny_delete: true,
      allow_direct: true,
      allow_atomic: true,
      num_replicas: 1,
    };
    const answer = await this.connection.request(
      `$JS.API.STREAM.CREATE.${name}`,
      JSON.stringify(config),
      { timeout: 5_000 },
    );
    const { error } = JSON.parse(answer.string()) as { error?: { description: string } };
    if (error) throw new Error(`the benchmark's stream was refused: ${error.description}`);
  }

  /** One acknowledged publish to a new subject. */
  single(subject: string, payload: Uint8Array): Promise<number> {
    return this.acknowledged(subject, payload, NEW_SUBJECT);
  }

  /** One atomic batch of acknowledged publishes, each to a new subject of one stream. */
  batch(subjects: readonly string[], payload: () => Uint8Array): Promise<number> {
    const id = `raw${(this.batches += 1)}`;
    const last = subjects.length - 1;
    subjects.slice(0, last).forEach((subject, index) => {
      const headers = encoded(`${NEW_SUBJECT}${batchLines(id, index + 1)}`);
      this.connection.publish(subject, payload(), { headers });
    });
    const commit = `${NEW_SUBJECT}${batchLines(id, last + 1)}Nats-Batch-Commit: 1\r\n`;
    return this.acknowledged(subjects[last] ?? '', payload(), commit);
  }

  private acknowledged(subject: string, payload: Uint8Array, lines: string): Promise<number> {
    return new Promise((resolve) => {
      const token = String((this.sent += 1));
      this.waiting.set(token, resolve);
      const reply = `${this.inbox}.${token}`;
      this.connection.publish(subject, payload, { reply, headers: encoded(lines) });
    });
  }
}

const NEW_SUBJECT = 'Nats-Expected-Last-Subject-Sequence: 0\r\n';

const batchLines = (id: string, sequence: number): string =>
  `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${sequence}\r\n`;

function encoded(lines: string): MsgHdrs {
  const bytes = Buffer.from(`NATS/1.0\r\n${lines}\r\n`, 'latin1');
  return { encode: () => bytes } as unknown as MsgHdrs;
}
