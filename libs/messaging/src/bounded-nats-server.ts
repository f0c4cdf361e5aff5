import { type NatsContext, ServerNats } from '@nestjs/microservices';
import type { WireError } from '@runnel/errors';

type Publisher = (packet: object) => unknown;

const TOO_LARGE: WireError = {
  kind: 'invalid_input',
  code: 'PAYLOAD_TOO_LARGE',
  message: 'the answer is larger than the messaging server carries; ask for less',
  details: {},
};

/**
 * Nest's NATS server, except that an answer beyond the server's `max_payload` becomes an error for the asker. Nest
 * throws it where nobody can catch it, and the process would die of a large answer.
 */
export class BoundedNatsServer extends ServerNats {
  override getPublisher(
    message: Parameters<ServerNats['getPublisher']>[0],
    id: string,
    context: NatsContext,
  ): Publisher {
    const publish = super.getPublisher(message, id, context) as Publisher;
    return (packet) => {
      try {
        return publish(packet);
      } catch (error) {
        if (!exceedsMaxPayload(error)) throw error;
        return publish({ err: TOO_LARGE, isDisposed: true });
      }
    };
  }
}

/** True for the NATS client's refusal to send what the server would not take. */
export function exceedsMaxPayload(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'MAX_PAYLOAD_EXCEEDED';
}
