export { Answers } from './answers.decorator';
export { BoundedNatsServer } from './bounded-nats-server';
export { connectNats, NATS, natsOptions } from './connect-nats';
export type { NatsConnection } from './connect-nats';
export type { Account, AccountContracts, ApiKeyView, UserView } from './contracts/accounts';
export type {
  ConnectionAuth,
  ConnectionContracts,
  ConnectionStatus,
  ConnectionTestResult,
  ConnectionType,
  ConnectionView,
} from './contracts/connections';
export type { Empty, Page, PageRequest } from './contracts/common';
export type {
  DefinitionsChanged,
  DeploymentContracts,
  DeploymentStatus,
  DeploymentTarget,
  DeploymentView,
  Program,
  ResponseMode,
  RetryPolicy,
  RunSettingsChange,
  SignatureMode,
  WebhookEndpointView,
  WebhookTarget,
} from './contracts/deployments';
export type {
  EnvironmentContracts,
  EnvironmentView,
  RunEnvironment,
  RunSecret,
  SecretView,
} from './contracts/environments';
export type {
  DispatchMessage,
  ExecutorContracts,
  ExecutorHeartbeat,
  LogLineView,
  RunMoved,
} from './contracts/executor';
export type {
  AuditReport,
  MetricsContracts,
  ProjectionLag,
  RunEventView,
  RunStats,
  RunView,
} from './contracts/metrics';
export type {
  GraphProblem,
  PatternContracts,
  PatternFields,
  PatternView,
  TriggerView,
} from './contracts/patterns';
export type { ScheduleView, TickView } from './contracts/schedule-view';
export type { ScheduleContracts, ScheduledDeployment } from './contracts/schedules';
export type {
  RequestOf,
  ResponseOf,
  ServiceContracts,
  ServiceSubject,
} from './contracts/service-contracts';
export { shownPayloads } from './shown-payloads';
export { runOfDeployment } from './run-of-deployment';
export type { DeploymentRun } from './run-of-deployment';
export { ServiceClient } from './service-client';
export { APPS, DEFINITIONS_CHANGED, EXECUTOR_HEARTBEAT, pingSubject, RUN_MOVED } from './subjects';
export type { App } from './subjects';
export { WireErrorFilter } from './wire-error.filter';
