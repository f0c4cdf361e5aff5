export { microserviceOptions, runService } from './run-service';
export type { ServiceDefinition } from './run-service';
export { ServiceModule, serviceSettings } from './service.module';
export type { ServiceSettings } from './service.module';
