import {
  DEFINITIONS_CHANGED,
  type DefinitionsChanged,
  type NatsConnection,
} from '@runnel/messaging';
import type { Logger } from '@runnel/telemetry';

import { type DefinitionChange, DefinitionNotices } from '../definition-notices';

/** The caller waits for its answer meanwhile; a lost notice is made good by the caches' own expiry. */
const FLUSH_TIMEOUT_MS = 500;

/** Core NATS: whoever is there hears it. Flushed, so that it is out before the caller gets its answer. */
export class NatsDefinitionNotices extends DefinitionNotices {
  constructor(
    private readonly nats: NatsConnection,
    private readonly logger: Logger,
  ) {
    super();
  }

  async changed(change: DefinitionChange): Promise<void> {
    const { project, deploymentIds = [], webhookIds = [], apiKeyHashes = [] } = change;
    // Three empty lists would mean: everything of the project.
    if (deploymentIds.length + webhookIds.length + apiKeyHashes.length === 0) return;
    const notice: DefinitionsChanged = { project, deploymentIds, webhookIds, apiKeyHashes };
    try {
      this.nats.publish(DEFINITIONS_CHANGED, JSON.stringify(notice));
      await this.flushed();
    } catch (error) {
      this.logger.warn({ err: error, project }, 'definition notice not sent');
    }
  }

  private async flushed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('NATS did not take it in time')), FLUSH_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.nats.flush(), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
