export { AdvisoryLock } from './advisory-lock';
export { runMigrationsAndExit } from './run-migrations';
export { createDataSource, initialize, migrate } from './data-source';
export type { SchemaDefinition } from './data-source';
