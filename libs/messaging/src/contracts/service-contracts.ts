import type { AccountContracts } from './accounts';
import type { ConnectionContracts } from './connections';
import type { DeploymentContracts } from './deployments';
import type { EnvironmentContracts } from './environments';
import type { ExecutorContracts } from './executor';
import type { MetricsContracts } from './metrics';
import type { PatternContracts } from './patterns';
import type { ScheduleContracts } from './schedules';

type PingContracts = Record<
  `svc.${'gateway' | 'deployments' | 'executor' | 'scheduler' | 'metrics'}.ping`,
  { request: Readonly<Record<string, never>>; response: { ready: boolean } }
>;

/** Every question one service may ask another: subject -> what goes in, what comes out. */
export interface ServiceContracts
  extends
    AccountContracts,
    PatternContracts,
    DeploymentContracts,
    ScheduleContracts,
    EnvironmentContracts,
    ConnectionContracts,
    MetricsContracts,
    ExecutorContracts,
    PingContracts {}

export type ServiceSubject = keyof ServiceContracts;
export type RequestOf<S extends ServiceSubject> = ServiceContracts[S]['request'];
export type ResponseOf<S extends ServiceSubject> = ServiceContracts[S]['response'];
