export { ROLES } from './identity';
export type { Identity, Role } from './identity';
