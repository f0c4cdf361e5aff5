import { AsyncLocalStorage } from 'node:async_hooks';

import { initialize } from '@runnel/database';
import type { DataSource, EntityManager } from 'typeorm';

import { translatePostgresError } from './postgres-errors';
import type { Transactions } from './transactions';

/**
 * The way of every store to Postgres. It connects when it is first needed and again after a loss, so that the
 * process outlives its database; stores that are called inside `inTransaction` take part in it.
 */
export class EntityDatabase implements Transactions {
  private readonly ambient = new AsyncLocalStorage<EntityManager>();
  private connecting: Promise<DataSource> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** @throws UnavailableError when Postgres is not there; what `work` throws otherwise */
  async use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await work(this.ambient.getStore() ?? (await this.connected()).manager);
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /** @throws UnavailableError when Postgres is not there or is lost on the way; then nothing may be assumed written */
  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.ambient.getStore()) return work();
    try {
      const source = await this.connected();
      return await source.transaction((manager) => this.ambient.run(manager, work));
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /** Readiness: resolves when a query is answered. */
  async check(): Promise<void> {
    await this.use((manager) => manager.query('SELECT 1'));
  }

  async close(): Promise<void> {
    await this.connecting?.catch(() => undefined);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async connected(): Promise<DataSource> {
    if (this.dataSource.isInitialized) return this.dataSource;
    this.connecting ??= initialize(this.dataSource).finally(() => (this.connecting = undefined));
    return this.connecting;
  }
}
