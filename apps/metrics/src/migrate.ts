import 'reflect-metadata';

import { createDataSource, Database, runMigrationsAndExit } from '@runnel/database';
import { ProjectionCatalog } from '@runnel/projection';

import { readDatabaseConfig } from './config';
import { READ_MODELS } from './read-models';
import { METRICS_SCHEMA } from './schema';

const { schema } = METRICS_SCHEMA;

void runMigrationsAndExit(
  schema,
  () =>
    createDataSource(readDatabaseConfig().RUNNEL_DATABASE_URL, METRICS_SCHEMA, {
      applicationName: 'runnel-metrics-migrate',
      poolSize: 2,
    }),
  (source) => new ProjectionCatalog(new Database(source), schema, READ_MODELS).ensure(),
);
