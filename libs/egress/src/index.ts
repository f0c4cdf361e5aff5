export { EgressClient } from './egress-client';
export type {
  EgressClientOptions,
  EgressRequest,
  EgressResponse,
  EgressTimings,
} from './egress-client';
export { parseEgressAllow } from './egress-allow';
export type { EgressAllow } from './egress-allow';
export type { Resolver } from './resolver';
