import type { Environment } from '../domain/environment';

/** Environments with their variables. */
export abstract class EnvironmentStore {
  /** Makes the default environment unless there is one; answers with its id. */
  abstract ensureDefault(project: string, now: Date): Promise<string>;
  /** The default one first, then by name. */
  abstract list(project: string): Promise<readonly Environment[]>;
  abstract find(project: string, id: string): Promise<Environment | undefined>;
  /** Locked until the transaction ends. */
  abstract lock(project: string, id: string): Promise<Environment | undefined>;
  /** @throws DomainError ENVIRONMENT_EXISTS when the project has one of that name */
  abstract add(environment: Environment): Promise<void>;
  /** Stores name and variables. @throws DomainError ENVIRONMENT_EXISTS */
  abstract save(environment: Environment): Promise<void>;
  abstract remove(id: string): Promise<void>;
  /** Whether a deployment that is not undeployed is bound to it. */
  abstract isInUse(id: string): Promise<boolean>;
  /** The environment a deployment of the project is bound to; undefined when to none in particular. */
  abstract boundTo(project: string, deploymentId: string): Promise<string | undefined>;
}
