export { isPublicAddress } from './address-class';
export { EgressAllow, parseEgressAllow } from './egress-allow';
export { EgressClient } from './egress-client';
export type { EgressOptions, EgressRequest, EgressResponse } from './egress-client';
export type { ResolvedAddress, Resolver } from './target-guard';
