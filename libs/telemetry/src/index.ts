export { createLogger, LOGGER, NestLogger } from './logger';
export type { Logger } from './logger';
export { ManagementServer } from './management-server';
export { METRICS, Metrics } from './metrics';
export { Readiness } from './readiness';
export type { LifeStage, ReadinessCheck, ReadinessReport } from './readiness';
