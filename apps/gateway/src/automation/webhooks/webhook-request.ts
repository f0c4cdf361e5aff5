import type { IncomingHttpHeaders } from 'node:http';

import type { WebhookTarget } from '@runnel/messaging';

/** A request to a webhook, its body as the bytes that came. */
export interface WebhookRequest {
  readonly target: WebhookTarget;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
  readonly body: Buffer;
  /** Aborted when the sender goes away. */
  readonly signal: AbortSignal;
}

/** What the sender gets. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless `headers` names another type. */
  readonly body: string;
  readonly outcome: WebhookOutcome;
}

/** For the metric; the words of contracts/automation.md A.8. */
export type WebhookOutcome =
  | 'accepted'
  | 'answered'
  | 'captured'
  | 'duplicate'
  | 'rejected_signature'
  | 'rejected_paused'
  | 'rejected_rate'
  | 'rejected_payload'
  | 'unknown'
  | 'error';
