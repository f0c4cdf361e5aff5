import type { SignatureMode } from '@runnel/messaging';

/** Where webhooks of one node arrive. Belongs to (pattern, node) and outlives deployments. */
export interface Endpoint {
  readonly id: string;
  readonly project: string;
  readonly patternId: string;
  readonly nodeId: string;
  /** Part of the URL; 128 random bits, as whoever knows it may send. */
  readonly webhookId: string;
  /** 64 hex characters, in plain; encrypted in the table. */
  readonly secret: string;
  readonly signatureMode: SignatureMode;
  readonly requireTimestamp: boolean;
  /** Whether the saved graph has the node. */
  readonly active: boolean;
}

/** What can change; what is undefined stays. */
export interface EndpointChanges {
  readonly secret?: string | undefined;
  readonly signatureMode?: SignatureMode | undefined;
  readonly requireTimestamp?: boolean | undefined;
}

export abstract class EndpointStore {
  abstract listOf(patternId: string): Promise<readonly Endpoint[]>;
  /** As it is after the change; undefined when the pattern has no such endpoint. */
  abstract change(
    patternId: string,
    id: string,
    changes: EndpointChanges,
    now: Date,
  ): Promise<Endpoint | undefined>;
}
