import { UnavailableError } from '@runnel/errors';
import type { NatsConnection } from 'nats';

import type { ConnectionWatch } from './connection-watch';
import { textOf } from './raw-headers';

/** The server's code for a stream that exists with another configuration. */
export const NAME_IN_USE = 10058;

/** A refusal of the JetStream API; `errCode` is the server's, the same in every client. */
export class JetStreamApiError extends Error {
  override readonly name = 'JetStreamApiError';
  constructor(
    readonly operation: string,
    readonly errCode: number,
    readonly description: string,
  ) {
    super(`${operation}: ${description} (${errCode})`);
  }
}

/** What the log reads of a stream's description. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly created: string;
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly messages: number;
    readonly bytes: number;
    readonly num_subjects?: number;
  };
}

/** A stream's configuration as it goes over the wire; the client's own type is older than some fields. */
export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly [field: string]: unknown;
}

const TIMEOUT_MS = 5_000;

/** Requests to the JetStream API in its own JSON, so that fields newer than the client can be used. */
export class JetStreamApi {
  constructor(
    private readonly connection: NatsConnection,
    private readonly watch: ConnectionWatch,
  ) {}

  createStream(config: StreamConfig): Promise<StreamInfo> {
    return this.call(`STREAM.CREATE.${config.name}`, config);
  }

  updateStream(config: StreamConfig): Promise<StreamInfo> {
    return this.call(`STREAM.UPDATE.${config.name}`, config);
  }

  streamInfo(name: string): Promise<StreamInfo> {
    return this.call(`STREAM.INFO.${name}`, {});
  }

  purge(name: string, filter: string, upTo?: number): Promise<{ purged: number }> {
    // The server keeps what is at `seq` and after it.
    const seq = upTo === undefined ? {} : { seq: upTo + 1 };
    return this.call(`STREAM.PURGE.${name}`, { filter, ...seq });
  }

  deleteMessage(name: string, seq: number): Promise<unknown> {
    return this.call(`STREAM.MSG.DELETE.${name}`, { seq, no_erase: true });
  }

  createConsumer(
    stream: string,
    name: string,
    config: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const filter =
      typeof config['filter_subject'] === 'string' ? `.${config['filter_subject']}` : '';
    return this.call(`CONSUMER.CREATE.${stream}.${name}${filter}`, {
      stream_name: stream,
      config: { name, ...config },
    });
  }

  deleteConsumer(stream: string, name: string): Promise<unknown> {
    return this.call(`CONSUMER.DELETE.${stream}.${name}`, {});
  }

  /** Throws JetStreamApiError for a refusal, UnavailableError when no answer comes. */
  private async call<T>(operation: string, body: object): Promise<T> {
    const answer = await this.ask(operation, body);
    if (answer.error) {
      throw new JetStreamApiError(
        operation,
        answer.error.err_code ?? answer.error.code,
        answer.error.description ?? 'no description',
      );
    }
    return answer as T;
  }

  private async ask(operation: string, body: object): Promise<ApiAnswer> {
    try {
      const payload = JSON.stringify(body);
      const message = await this.watch.guard(
        this.connection.request(`$JS.API.${operation}`, payload, { timeout: TIMEOUT_MS }),
      );
      return JSON.parse(textOf(message)) as ApiAnswer;
    } catch (cause) {
      throw new UnavailableError('nats', `JetStream did not answer ${operation}`, { cause });
    }
  }
}

interface ApiAnswer {
  readonly error?: {
    readonly code: number;
    readonly err_code?: number;
    readonly description?: string;
  };
}
