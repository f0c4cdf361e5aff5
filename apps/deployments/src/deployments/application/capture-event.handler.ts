import { Injectable } from '@nestjs/common';
import { DomainError, InvalidInputError } from '@runnel/errors';
import { isId } from '@runnel/ids';

import { Clock } from '../../clock/clock';
import { CapturedEvents } from './captured-events.port';

/** Latest events per endpoint (contracts/automation.md E.3). */
const KEPT = 20;
/** A webhook body is at most 1 MiB; with headers, written as JSON, an event stays below this. */
const MAX_EVENT_CHARACTERS = 4_194_304;

@Injectable()
export class CaptureEventHandler {
  constructor(
    private readonly events: CapturedEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND; InvalidInputError VALIDATION */
  async handle(endpointId: string, event: unknown): Promise<void> {
    if (!isId('webhookEndpoint', endpointId)) {
      throw new DomainError('NOT_FOUND', 'Webhook endpoint not found');
    }
    if (JSON.stringify(event ?? null).length > MAX_EVENT_CHARACTERS) {
      throw new InvalidInputError('VALIDATION', 'event is too large', { field: 'event' });
    }
    await this.events.add(endpointId, event ?? null, KEPT, this.clock.now());
  }
}
