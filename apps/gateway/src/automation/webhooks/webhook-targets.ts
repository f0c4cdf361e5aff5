import { Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import { ServiceClient, type WebhookTarget } from '@runnel/messaging';

import { changesAll, DefinitionChanges } from '../../cache/definition-changes';
import { FreshCache } from '../../cache/fresh-cache';

/** A notice that was lost counts for no longer than this. */
const FRESH_MS = 30_000;
const MISSING_MS = 5_000;
const MAX_ENTRIES = 10_000;
/** A sender does not wait longer for a service that is not there; a known endpoint is then served from memory. */
const TIMEOUT_MS = 2_000;
const WEBHOOK_ID = /^[\w-]{1,64}$/;

/** What stands behind a webhook's URL. Known ones are served with Postgres down, so that intake goes on. */
@Injectable()
export class WebhookTargets {
  private readonly cache = new FreshCache<WebhookTarget>({
    freshMs: FRESH_MS,
    missingMs: MISSING_MS,
    maxEntries: MAX_ENTRIES,
    serveStale: true,
  });

  constructor(
    private readonly services: ServiceClient,
    private readonly clock: Clock,
    changes: DefinitionChanges,
  ) {
    changes.listen((change) => {
      const all = changesAll(change);
      const webhooks = new Set(change.webhookIds);
      const deployments = new Set(change.deploymentIds);
      this.cache.drop((id, target) => {
        if (!target) return true; // what was missing may have come
        if (all && target.project === change.project) return true;
        const { webhookId, deployment } = target;
        return (
          webhooks.has(id) ||
          webhooks.has(webhookId) ||
          (deployment !== undefined && deployments.has(deployment.deploymentId))
        );
      });
    });
  }

  /** The target if it is known and fresh; null: there is none; undefined: `resolve` must be asked. */
  peek(webhookId: string): WebhookTarget | null | undefined {
    return this.cache.peek(webhookId, this.clock.now());
  }

  /** The target of a public webhook id, or of a pattern with one endpoint. Throws UnavailableError. */
  resolve(webhookId: string): Promise<WebhookTarget | null> {
    if (!WEBHOOK_ID.test(webhookId)) return Promise.resolve(null);
    return this.cache.get(webhookId, this.clock.now(), async () => {
      const subject = 'svc.deployments.resolve-webhook';
      return (await this.services.call(subject, { webhookId }, { timeoutMs: TIMEOUT_MS })).target;
    });
  }
}
