export { AdvisoryLock } from './advisory-lock';
export type { AdvisoryLockOptions } from './advisory-lock';
export { bigintArray, intArray, textArray, timestampArray } from './binary-array';
export { createDataSource, initialize, migrate } from './data-source';
export type { SchemaDefinition } from './data-source';
export { Database } from './database';
export type { Statement } from './database';
export { isConnectionProblem, sqlState } from './postgres-errors';
export { runMigrationsAndExit } from './run-migrations';
