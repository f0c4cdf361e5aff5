export { AdvisoryLock } from './advisory-lock';
export { createDataSource, initialize, migrate } from './data-source';
export type { SchemaDefinition } from './data-source';
