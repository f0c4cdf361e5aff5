import type { ServiceClient } from '@runnel/messaging';

import { type Authorization, Connections } from '../connections.port';

/** A refresh at the provider may be under way: longer than the owner waits for it. */
const TIMEOUT_MS = 15_000;

/** Asks the service that owns connections. */
export class RemoteConnections extends Connections {
  constructor(private readonly client: ServiceClient) {
    super();
  }

  authorize(project: string, connectionId: string, url: string): Promise<Authorization> {
    const request = { project, connectionId, url };
    return this.client.call('svc.deployments.authorize-request', request, {
      timeoutMs: TIMEOUT_MS,
    });
  }
}
