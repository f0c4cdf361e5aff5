import 'reflect-metadata';

import { ConfigurationError, EX_CONFIG } from '@runnel/config';
import { createDataSource } from '@runnel/database';
import { messageOf } from '@runnel/errors';

import { seedAccounts } from './accounts/seed-accounts';
import { readSeedConfig } from './config';
import { DEPLOYMENTS_SCHEMA } from './schema';
import { EntityDatabase } from './storage/entity-database';

/** Makes the first user, project and key of an installation; may be run again and by several at once. */
async function seed(): Promise<string> {
  const config = readSeedConfig(process.env);
  const database = new EntityDatabase(
    createDataSource(config.databaseUrl, DEPLOYMENTS_SCHEMA, {
      applicationName: 'runnel-deployments-seed',
    }),
  );
  try {
    return await seedAccounts(database, config, new Date());
  } finally {
    await database.close();
  }
}

seed().then(
  (done) => process.stdout.write(`seed: ${done}\n`),
  (error: unknown) => {
    process.stderr.write(`seed: error: ${messageOf(error)}\n`);
    process.exitCode = error instanceof ConfigurationError ? EX_CONFIG : 1;
  },
);
