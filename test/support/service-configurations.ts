import { readFileSync } from 'node:fs';

import { readConfig as readDeployments } from '../../apps/deployments/src/config';
import { readConfig as readExecutor } from '../../apps/executor/src/config';
import { readConfig as readGateway } from '../../apps/gateway/src/config';
import { readConfig as readMetrics } from '../../apps/metrics/src/config';
import { readConfig as readScheduler } from '../../apps/scheduler/src/config';

type Environment = Readonly<Record<string, string>>;

/** How each service reads its environment. Each throws ConfigurationError. */
export const READ_CONFIGURATION: Readonly<Record<string, (environment: Environment) => unknown>> = {
  deployments: readDeployments,
  executor: readExecutor,
  gateway: readGateway,
  metrics: readMetrics,
  scheduler: readScheduler,
};

/** What no deployment has in a file. */
export const SECRETS: Environment = {
  RUNNEL_SECRET: 's'.repeat(32),
  RUNNEL_DATABASE_URL: 'postgres://u:p@postgres/runnel',
};

/** Our variables that the image sets for every service. */
export function imageEnvironment(): Environment {
  const settings = readFileSync('Dockerfile', 'utf8').matchAll(/\b(RUNNEL_\w+)=(\S+)/g);
  return Object.fromEntries([...settings].map(([, name = '', value = '']) => [name, value]));
}
