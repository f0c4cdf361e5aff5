import { Injectable } from '@nestjs/common';
import { isId } from '@runnel/ids';
import type { RunEnvironment } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { EnvironmentStore } from './environment-store.port';
import { SecretStore } from './secret-store.port';

interface Question {
  readonly project: string;
  readonly deploymentId?: string | undefined;
  readonly environmentId?: string | undefined;
}

/** What the attempts of runs are told of their environment. */
@Injectable()
export class RunEnvironmentHandler {
  constructor(
    private readonly environments: EnvironmentStore,
    private readonly secrets: SecretStore,
    private readonly clock: Clock,
  ) {}

  /** The environment named, else the deployment's, else the default one; null when the one that is named is gone. */
  async handle({ project, deploymentId, environmentId }: Question): Promise<RunEnvironment | null> {
    const id = environmentId ?? (await this.environmentOf(project, deploymentId));
    const found = isId('environment', id) ? await this.environments.find(project, id) : undefined;
    if (!found) return null;
    const secrets = await this.secrets.open(found);
    return {
      environmentId: found.id,
      variables: found.variables,
      secrets: Object.fromEntries(
        secrets.map(({ name, value, version }) => [name, { value, version }]),
      ),
    };
  }

  private async environmentOf(project: string, deploymentId: string | undefined): Promise<string> {
    const bound =
      deploymentId === undefined
        ? undefined
        : await this.environments.boundTo(project, deploymentId);
    return bound ?? this.environments.ensureDefault(project, this.clock.now());
  }
}
