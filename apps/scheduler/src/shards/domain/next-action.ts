import type { ExistingRun, Wait } from '@runnel/run-domain';

/** Commands that time alone calls for; `Look` only looks at the run again. */
export type DueCommand = 'QueueRun' | 'TimeOutRun' | 'ExpireRun' | 'Look';

/** Something to do for a run at a time (ms since the epoch). */
export interface DueAction {
  readonly at: number;
  readonly command: DueCommand;
}

/** What the scheduler owes a run: whether executors may have it now, and what its clock calls for next. */
export interface Agenda {
  readonly ready: boolean;
  readonly due?: DueAction;
}

/**
 * An executor enforces a run's time limit itself; the scheduler steps in this much later, for the case that
 * the executor lives but its timer does not.
 */
const TIMEOUT_GRACE_MS = 2_000;

const NOTHING: Agenda = { ready: false };

/** The agenda of a run in this state at `now` (ms since the epoch). */
export function agendaOf(run: ExistingRun, now: number): Agenda {
  switch (run.status) {
    case 'delayed':
      return waitFor(due(run.notBefore, 'QueueRun'), due(run.expiresAt, 'ExpireRun'));
    case 'queued':
      return agendaOfQueued(run, now);
    case 'executing':
      return waitFor(due(run.timeoutAt, 'TimeOutRun', TIMEOUT_GRACE_MS));
    case 'waiting':
      return agendaOfWaiting(run, run.wait);
    case 'dequeued':
    case 'paused':
    case 'completed':
    case 'failed':
    case 'timed_out':
    case 'crashed':
    case 'system_failed':
    case 'canceled':
    case 'expired':
    case 'dead_letter':
      return NOTHING;
  }
}

function agendaOfQueued(run: ExistingRun, now: number): Agenda {
  // An attempt that has started and is queued again (resumed, restarted) expires no more; it times out.
  const startBy = run.attemptStartedAt === undefined ? run.expiresAt : undefined;
  const expiry = due(startBy, 'ExpireRun');
  const notBefore = due(run.notBefore, 'Look');
  if (notBefore !== undefined && notBefore.at > now) return waitFor(notBefore, expiry);
  if (expiry === undefined) return { ready: true };
  return { ready: expiry.at > now, due: expiry };
}

function agendaOfWaiting(run: ExistingRun, wait: Wait): Agenda {
  if (wait.kind === 'dependency') return waitFor(due(run.expiresAt, 'ExpireRun'));
  const ends = due(wait.until, wait.kind === 'timer' ? 'QueueRun' : 'TimeOutRun');
  return waitFor(ends, due(run.timeoutAt, 'TimeOutRun'));
}

function due(at: string | undefined, command: DueCommand, graceMs = 0): DueAction | undefined {
  return at === undefined ? undefined : { at: Date.parse(at) + graceMs, command };
}

function waitFor(...candidates: readonly (DueAction | undefined)[]): Agenda {
  const actions = candidates.filter((candidate) => candidate !== undefined);
  const first = actions.reduce<DueAction | undefined>(
    (earliest, action) => (earliest !== undefined && earliest.at <= action.at ? earliest : action),
    undefined,
  );
  return first === undefined ? NOTHING : { ready: false, due: first };
}
