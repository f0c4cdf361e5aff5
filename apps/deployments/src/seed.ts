import 'reflect-metadata';

import { createDataSource } from '@runnel/database';

import { seedAccounts } from './accounts/seed-accounts';
import { readSeedConfig } from './config';
import { runScript } from './run-script';
import { DEPLOYMENTS_SCHEMA } from './schema';
import { Database } from './storage/database';

/** Makes the first user, project and key of an installation; may be run again and by several at once. */
void runScript(async () => {
  const config = readSeedConfig(process.env);
  const database = new Database(
    createDataSource(config.databaseUrl, DEPLOYMENTS_SCHEMA, {
      applicationName: 'runnel-deployments-seed',
      poolSize: 1,
    }),
  );
  try {
    return await seedAccounts(database, config, new Date());
  } finally {
    await database.close();
  }
});
