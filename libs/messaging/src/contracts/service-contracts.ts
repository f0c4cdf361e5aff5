import type { AccountContracts } from './accounts.contract';
import type { DeploymentContracts } from './deployments.contract';
import type { ExecutorContracts } from './executor.contract';
import type { MetricsContracts } from './metrics.contract';
import type { PatternContracts } from './patterns.contract';

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
    MetricsContracts,
    ExecutorContracts,
    PingContracts {}

export type ServiceSubject = keyof ServiceContracts;
export type RequestOf<S extends ServiceSubject> = ServiceContracts[S]['request'];
export type ResponseOf<S extends ServiceSubject> = ServiceContracts[S]['response'];
