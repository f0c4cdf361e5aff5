import type { ExistingRun } from './state';
import { after, isLater, msBetween } from './times';

/**
 * When a run that is to start (again) at `from` expires: as long after it as it was given at first,
 * counted from the time it was asked for (contracts/jobs.md B.6). Undefined: it does not expire.
 */
export function refreshedExpiry(run: ExistingRun, from: string): string | undefined {
  const { expiresAt, scheduledAt } = run.request;
  if (expiresAt === undefined) return undefined;
  const planned =
    scheduledAt !== undefined && isLater(scheduledAt, run.requestedAt)
      ? scheduledAt
      : run.requestedAt;
  return after(from, msBetween(planned, expiresAt));
}
