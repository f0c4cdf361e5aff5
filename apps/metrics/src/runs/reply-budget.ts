import { Inject, Injectable } from '@nestjs/common';
import { NATS, type NatsConnection } from '@runnel/messaging';

const DEFAULT_MAX_PAYLOAD = 1_048_576;
/** Room for the envelope, headers and all that is short. */
const ROOM = 64 * 1024;

/** How many bytes an answer may have: a message of NATS has a largest size, a page of runs has none. */
@Injectable()
export class ReplyBudget {
  constructor(@Inject(NATS) private readonly nats: Pick<NatsConnection, 'info'>) {}

  /** Bytes for the long parts of one answer: documents, events, lines. */
  get bytes(): number {
    return (this.nats.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) - ROOM;
  }
}
