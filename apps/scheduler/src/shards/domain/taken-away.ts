import type { Actor, ExistingRun, RunState } from '@runnel/run-domain';

/**
 * Whether a commit has taken a run away from whoever may be working on it: somebody else than an executor
 * has moved a run that was offered or held, and it is not where it was.
 */
export function wasTakenAway(
  before: ExistingRun | undefined,
  after: RunState,
  { kind, id }: Actor,
): boolean {
  if (before === undefined || (kind === 'service' && id.startsWith(EXECUTOR))) return false;
  switch (before.status) {
    case 'queued':
      return after.status !== 'queued';
    case 'dequeued':
    case 'executing':
      return after.status !== before.status;
    default:
      return false;
  }
}

/** Executors name themselves by ids of this kind (libs/ids). */
const EXECUTOR = 'exe_';
