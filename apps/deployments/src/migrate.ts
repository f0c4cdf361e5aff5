import 'reflect-metadata';

import { createDataSource, runMigrationsAndExit } from '@runnel/database';

import { readDatabaseConfig } from './config';
import { DEPLOYMENTS_SCHEMA } from './schema';

void runMigrationsAndExit(DEPLOYMENTS_SCHEMA.schema, () =>
  createDataSource(readDatabaseConfig(process.env).databaseUrl, DEPLOYMENTS_SCHEMA, {
    applicationName: 'runnel-deployments-migrate',
  }),
);
