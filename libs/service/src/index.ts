export { fitForProduction } from './fit-for-production';
export { RunLogModule } from './run-log.module';
export type { RunLogSettings } from './run-log.module';
export { microserviceOptions, runService } from './run-service';
export type { ServiceDefinition } from './run-service';
export { ServiceModule, serviceSettings } from './service.module';
export type { ServiceSettings } from './service.module';
