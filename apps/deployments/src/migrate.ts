import 'reflect-metadata';

import { createDataSource, migrate } from '@runnel/database';

import { readDatabaseConfig } from './config';
import { runScript } from './run-script';
import { DEPLOYMENTS_SCHEMA } from './schema';

/** Brings the schema to its newest form; may be run again and by several at once. */
void runScript(async () => {
  const source = createDataSource(readDatabaseConfig(process.env).databaseUrl, DEPLOYMENTS_SCHEMA, {
    applicationName: 'runnel-deployments-migrate',
    poolSize: 2,
  });
  try {
    const applied = await migrate(source, DEPLOYMENTS_SCHEMA.schema);
    return `migrations applied: ${applied.length === 0 ? 'none' : applied.join(', ')}`;
  } finally {
    if (source.isInitialized) await source.destroy();
  }
});
