import type { Connection } from '../domain/connection';

/** Connections, their credentials encrypted at rest. */
export abstract class ConnectionStore {
  /** Newest first. */
  abstract list(project: string): Promise<readonly Connection[]>;
  abstract find(project: string, id: string): Promise<Connection | undefined>;
  /** Locked until the transaction ends. */
  abstract lock(project: string, id: string): Promise<Connection | undefined>;
  /** False when the project has `limit` already. */
  abstract add(connection: Connection, limit: number): Promise<boolean>;
  abstract save(connection: Connection): Promise<void>;
  /** Nothing else is changed; a connection that has ended stays ended. */
  abstract setStatus(
    project: string,
    id: string,
    status: 'active' | 'invalid',
    now: Date,
  ): Promise<void>;
  /** With the secrets that came of it. False when there is none. */
  abstract remove(project: string, id: string): Promise<boolean>;
}
