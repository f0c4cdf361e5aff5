import type { Secret } from '@runnel/config';
import { UnavailableError } from '@runnel/errors';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';

/** A schema of one service: its name, its migrations in order, and the entities mapped in it. */
export interface SchemaDefinition {
  readonly schema: string;
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly entities?: readonly (EntitySchema | (new () => object))[];
}

/** `migrate` holds its lock on one connection while it works on another. */
const MIN_POOL_SIZE = 2;

/** A data source of one service, not yet connected. `synchronize` is never on: migrations are hand-written SQL. */
export function createDataSource(
  url: Secret,
  definition: SchemaDefinition,
  options: { readonly poolSize?: number; readonly applicationName: string },
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: url.reveal(),
    schema: definition.schema,
    applicationName: options.applicationName,
    poolSize: Math.max(MIN_POOL_SIZE, options.poolSize ?? 10),
    connectTimeoutMS: 5_000,
    entities: [...(definition.entities ?? [])],
    migrations: [...definition.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    extra: { options: `-c search_path=${definition.schema},public -c statement_timeout=30000` },
  });
}

/**
 * Creates the schema if it is missing and applies the migrations it lacks. Several copies may call it at
 * once: one does the work, the others wait for it.
 * @returns the names of the migrations that were applied
 * @throws UnavailableError when the database cannot be reached
 */
export async function migrate(dataSource: DataSource, schema: string): Promise<readonly string[]> {
  await initialize(dataSource);
  const lock = dataSource.createQueryRunner();
  try {
    // Another copy may take longer over its migrations than any statement of ours should.
    await lock.query('SET statement_timeout = 0');
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [`runnel-migrate-${schema}`]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    const applied = await dataSource.runMigrations();
    return applied.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock_all()');
    await lock.query('RESET statement_timeout');
    await lock.release();
  }
}

/** Connects if that has not been done. Throws UnavailableError with what to check. */
export async function initialize(dataSource: DataSource): Promise<DataSource> {
  if (dataSource.isInitialized) return dataSource;
  try {
    return await dataSource.initialize();
  } catch (cause) {
    throw new UnavailableError(
      'postgres',
      'cannot connect to Postgres; check RUNNEL_DATABASE_URL',
      { cause },
    );
  }
}
