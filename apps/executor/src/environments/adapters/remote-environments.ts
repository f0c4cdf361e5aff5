import type { RunEnvironment, ServiceClient } from '@runnel/messaging';

import { type EnvironmentQuestion, RunEnvironments } from '../environments.port';

/** Asks the service that owns environments. */
export class RemoteEnvironments extends RunEnvironments {
  constructor(private readonly client: ServiceClient) {
    super();
  }

  async load(project: string, question: EnvironmentQuestion): Promise<RunEnvironment | undefined> {
    const { environment } = await this.client.call('svc.deployments.get-run-environment', {
      project,
      ...question,
    });
    return environment ?? undefined;
  }
}
