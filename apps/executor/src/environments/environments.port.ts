import type { RunEnvironment } from '@runnel/messaging';

/** Which environment: the one a run began with, else the one its deployment is bound to, else the project's default. */
export interface EnvironmentQuestion {
  readonly deploymentId?: string;
  readonly environmentId?: string;
}

/** Port to the environments of deployments. What it answers is asked anew for each attempt, and kept nowhere. */
export abstract class RunEnvironments {
  /** Resolves with undefined when the environment is gone. Throws UnavailableError. */
  abstract load(
    project: string,
    question: EnvironmentQuestion,
  ): Promise<RunEnvironment | undefined>;
}
