/** What a cache elsewhere may hold and must drop. */
export interface DefinitionChange {
  readonly project: string;
  readonly deploymentIds?: readonly string[];
  readonly webhookIds?: readonly string[];
  readonly apiKeyHashes?: readonly string[];
}

/** Tells the other services that definitions have changed. Called after the change is committed. */
export abstract class DefinitionNotices {
  /** Resolves when the notice is on its way, or after a short wait when it cannot be sent. Never throws. */
  abstract changed(change: DefinitionChange): Promise<void>;
}
