import type { ClientProxy } from '@nestjs/microservices';
import { fromWireError, InvalidInputError, UnavailableError, type WireError } from '@runnel/errors';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';

import { exceedsMaxPayload } from './bounded-nats-server';
import type { RequestOf, ResponseOf, ServiceSubject } from './contracts/service-contracts';

const DEFAULT_TIMEOUT_MS = 5_000;

/** Asks other services. One method, typed by the contracts. */
export class ServiceClient {
  constructor(private readonly client: ClientProxy) {}

  /**
   * Sends a request to one live copy of the service that owns `subject` and resolves with its answer.
   * @throws what the service refused with (same kind and code); UnavailableError when none answers in time;
   * InvalidInputError PAYLOAD_TOO_LARGE when NATS does not carry a request of that size
   */
  async call<S extends ServiceSubject>(
    subject: S,
    request: RequestOf<S>,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<ResponseOf<S>> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    try {
      return await firstValueFrom(
        this.client.send<ResponseOf<S>, RequestOf<S>>(subject, request).pipe(timeout(timeoutMs)),
      );
    } catch (error) {
      throw toError(subject, error);
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

function toError(subject: ServiceSubject, error: unknown): Error {
  if (isWireError(error)) return fromWireError(error);
  if (exceedsMaxPayload(error)) {
    const message = 'the request is larger than the messaging server carries';
    return new InvalidInputError('PAYLOAD_TOO_LARGE', message, {}, { cause: error });
  }
  const service = subject.split('.')[1] ?? subject;
  const reason = error instanceof TimeoutError ? 'did not answer in time' : 'cannot be reached';
  return new UnavailableError(service, `the ${service} service ${reason}; try again shortly`, {
    cause: error,
  });
}

function isWireError(value: unknown): value is WireError {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<WireError>;
  return typeof candidate.kind === 'string' && typeof candidate.code === 'string';
}
