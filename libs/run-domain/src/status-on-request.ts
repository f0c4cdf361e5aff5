import type { RunRequested } from './events';
import { isLater } from './times';

/**
 * The status a run is born in (contracts/jobs.md B.2): `waiting` for upstream runs first, then `delayed`
 * until a time later than `at`, else `queued`. A run with both is queued by its upstream and still not
 * started before its time.
 */
export function statusOnRequest(
  request: Pick<RunRequested, 'scheduledAt' | 'dependsOn'>,
  at: string,
): 'waiting' | 'delayed' | 'queued' {
  if (request.dependsOn !== undefined && request.dependsOn.length > 0) return 'waiting';
  return statusOnSchedule(request.scheduledAt, at);
}

/** `delayed` until a start time that lies after `at`, else `queued`. */
export function statusOnSchedule(
  scheduledAt: string | undefined,
  at: string,
): 'delayed' | 'queued' {
  return scheduledAt !== undefined && isLater(scheduledAt, at) ? 'delayed' : 'queued';
}
