import type { DeploymentDetails } from './deployment-store.port';
import type { Endpoint } from './endpoint-store.port';

/** An endpoint and, if its pattern was ever deployed, the deployment. */
export interface EndpointWithDeployment {
  readonly endpoint: Endpoint;
  readonly deployment: DeploymentDetails | undefined;
}

/** What webhook intake asks for, in one query each. */
export abstract class TargetQuery {
  abstract byWebhookId(webhookId: string): Promise<EndpointWithDeployment | undefined>;
  /** All endpoints of a pattern. */
  abstract byPatternId(patternId: string): Promise<readonly EndpointWithDeployment[]>;
}
