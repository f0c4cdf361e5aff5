import type { Commit } from './commit';
import type { RunEvent, Wait } from './events';
import type { Payload, RunError } from './values';

/** How a recorded step ended: what a resumed run is told instead of doing it again. */
export type JournalStep =
  | { readonly ok: true; readonly output: Payload }
  | { readonly ok: false; readonly error: RunError };

/** What a run need not do again. Records have no prototype; keys are `<nodeId>:<firing>`. */
export interface Journal {
  readonly steps: Readonly<Record<string, JournalStep>>;
  /** Recorded times, random numbers and ids. */
  readonly values: Readonly<Record<string, Payload>>;
  /** Log lines told already; 0: none is known of. */
  readonly logLines: number;
}

interface Draft {
  readonly steps: Record<string, JournalStep>;
  readonly values: Record<string, Payload>;
  readonly overridden: Set<string>;
  logLines: number;
  wait: Wait | undefined;
}

/**
 * What the commits of a run have recorded, oldest first: outside steps, values, satisfied waits. A failed
 * attempt forgets the failures of its steps, so that the next try tries them again and repeats no success;
 * a crash forgets nothing. A step an operator has overridden keeps the operator's result.
 */
export function foldJournal(commits: Iterable<Pick<Commit, 'events'>>): Journal {
  const draft: Draft = {
    steps: Object.create(null) as Draft['steps'],
    values: Object.create(null) as Draft['values'],
    overridden: new Set(),
    logLines: 0,
    wait: undefined,
  };
  for (const { events } of commits) for (const event of events) add(draft, event);
  const { steps, values, logLines } = draft;
  return { steps, values, logLines };
}

/** Other events say nothing that a resumed run would ask for. */
function add(draft: Draft, event: RunEvent): void {
  switch (event.type) {
    case 'StepCompleted':
      draft.logLines = event.data.logLines ?? draft.logLines;
      if (event.data.effect === 'value') draft.values[event.data.key] = event.data.output;
      if (event.data.effect === 'outside') record(draft, event.data.key, event.data.output);
      return;
    case 'StepFailed':
      draft.logLines = event.data.logLines ?? draft.logLines;
      if (!draft.overridden.has(event.data.key)) {
        draft.steps[event.data.key] = { ok: false, error: event.data.error };
      }
      return;
    case 'StepOverridden':
      draft.steps[event.data.key] = { ok: true, output: event.data.output };
      draft.overridden.add(event.data.key);
      return;
    case 'RunWaiting':
      draft.logLines = event.data.logLines ?? draft.logLines;
      draft.wait = event.data.wait;
      return;
    case 'RunQueued':
      endWait(draft, event.data.reason, event.data.payload);
      return;
    case 'AttemptFailed':
      forgetFailures(draft);
      return;
    default:
      draft.wait = event.type === 'RunOverridden' ? undefined : draft.wait;
  }
}

function record(draft: Draft, key: string, output: Payload): void {
  if (!draft.overridden.has(key)) draft.steps[key] = { ok: true, output };
}

/** A wait that ended as it was meant to is a step with a result; one that was cut short is none. */
function endWait(draft: Draft, reason: string, payload: Payload | undefined): void {
  const { wait } = draft;
  draft.wait = undefined;
  if (wait === undefined || wait.kind === 'dependency' || wait.kind !== reason) return;
  record(draft, wait.key, payload ?? { inline: null });
}

function forgetFailures({ steps }: Draft): void {
  for (const [key, step] of Object.entries(steps)) if (!step.ok) delete steps[key];
}
