import { UnavailableError } from '@runnel/errors';
import type { DataSource } from 'typeorm';

import { initialize } from './data-source';
import { isConnectionProblem } from './postgres-errors';

/** Runs one statement of a transaction and resolves with its rows. */
export type Statement = <R>(sql: string, parameters?: readonly unknown[]) => Promise<readonly R[]>;

/**
 * Plain SQL over a data source that connects when it is first needed, so that a service can start, and live
 * on, while Postgres is away.
 */
export class Database {
  private connecting: Promise<DataSource> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * The rows that one statement returns.
   * @throws UnavailableError while the database cannot be reached; the driver's error otherwise
   */
  async rows<R>(sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
    return this.reach(async (source) => rowsOf<R>(await source.query(sql, [...parameters])));
  }

  /** Runs `work` in one transaction. Throws what `work` throws, and as `rows` does. */
  async transaction<T>(work: (statement: Statement) => Promise<T>): Promise<T> {
    return this.reach((source) =>
      source.transaction((manager) =>
        work(async <R>(sql: string, parameters: readonly unknown[] = []) =>
          rowsOf<R>(await manager.query(sql, [...parameters])),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async reach<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
    try {
      return await work(await this.connected());
    } catch (cause) {
      if (!isConnectionProblem(cause)) throw cause;
      throw new UnavailableError('postgres', 'Postgres cannot be reached; try again shortly', {
        cause,
      });
    }
  }

  /** One try at a time: two would leave a pool behind. */
  private connected(): Promise<DataSource> {
    this.connecting ??= initialize(this.dataSource).catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }
}

/** TypeORM answers an UPDATE or DELETE with `[rows, count]`, everything else with the rows. */
function rowsOf<R>(answer: unknown): readonly R[] {
  const rows = answer as R[] | [R[], number];
  if (rows.length === 2 && Array.isArray(rows[0]) && typeof rows[1] === 'number') return rows[0];
  return rows as R[];
}
