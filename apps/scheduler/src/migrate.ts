import 'reflect-metadata';

import { createDataSource, runMigrationsAndExit } from '@runnel/database';

import { readConfig } from './config';
import { SCHEDULER_SCHEMA } from './schema';

void runMigrationsAndExit(SCHEDULER_SCHEMA.schema, () =>
  createDataSource(readConfig().RUNNEL_DATABASE_URL, SCHEDULER_SCHEMA, {
    applicationName: 'runnel-migrate',
  }),
);
