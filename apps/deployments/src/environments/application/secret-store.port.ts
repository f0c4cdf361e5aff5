import type { Environment } from '../domain/environment';

export interface SecretName {
  readonly name: string;
  readonly updatedAt: Date;
}

export interface OpenSecret {
  readonly name: string;
  readonly value: string;
  /** Another one after every change. */
  readonly version: string;
  /** Of the connection whose key it is. */
  readonly connectionId: string | undefined;
}

export interface SecretEntry {
  readonly name: string;
  readonly value: string;
  readonly connectionId?: string | undefined;
}

/** Secrets of environments, encrypted at rest. */
export abstract class SecretStore {
  /** By name. */
  abstract names(environmentId: string): Promise<readonly SecretName[]>;
  /** With their values. @throws UnavailableError when they were encrypted with another RUNNEL_SECRET */
  abstract open(environment: Pick<Environment, 'id' | 'project'>): Promise<readonly OpenSecret[]>;
  /**
   * Adds or replaces one; the environment must be locked.
   * @throws DomainError LIMIT_EXCEEDED when the environment is full
   */
  abstract put(
    environment: Pick<Environment, 'id' | 'project'>,
    entry: SecretEntry,
    now: Date,
  ): Promise<void>;
  /** False when there is none. */
  abstract remove(environmentId: string, name: string): Promise<boolean>;
}
