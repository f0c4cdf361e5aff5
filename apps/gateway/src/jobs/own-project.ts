import type { Identity } from '@runnel/auth';
import { DomainError } from '@runnel/errors';

/**
 * A project that a request names is compared with the credential's, never used instead of it
 * (contracts/jobs.md A.7). Throws DomainError FORBIDDEN.
 */
export function assertOwnProject(identity: Identity, named: string | undefined): void {
  if (named === undefined || named === '' || named === identity.project) return;
  throw new DomainError('FORBIDDEN', 'the credential belongs to another project');
}
