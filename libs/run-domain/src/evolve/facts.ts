import type { RunEventData, StepCompleted } from '../events';
import type { ExistingRun } from '../state';

/** An event that tells something and changes nothing the state machine decides by. */
export function unchanged(run: ExistingRun): ExistingRun {
  return run;
}

/**
 * Progress is what the journal keeps: work that merely runs again on each attempt must not reset the
 * count of crashes, or a run could take down executors for ever.
 */
export function stepCompleted(run: ExistingRun, { effect }: StepCompleted): ExistingRun {
  return effect === 'none' ? run : stepFailed(run);
}

/** A recorded failure of a step is progress too: it is replayed, not repeated. */
export function stepFailed(run: ExistingRun): ExistingRun {
  return run.crashesWithoutProgress === 0 ? run : { ...run, crashesWithoutProgress: 0 };
}

/** One try is used. How the run goes on is the next event of the same commit. */
export function attemptFailed(run: ExistingRun, data: RunEventData['AttemptFailed']): ExistingRun {
  return { ...run, failures: run.failures + 1, error: data.error, errorClass: data.reason };
}

/** An executor is lost. A journaled run loses no try by it, others do. */
export function attemptCrashed(
  run: ExistingRun,
  data: RunEventData['AttemptCrashed'],
): ExistingRun {
  return {
    ...run,
    failures: run.failures + (run.request.kind === 'graph' ? 0 : 1),
    crashesWithoutProgress: run.crashesWithoutProgress + 1,
    error: data.error,
    errorClass: undefined,
  };
}

/** The worker's state is kept under the next number. */
export function checkpointSaved(
  run: ExistingRun,
  data: RunEventData['CheckpointSaved'],
): ExistingRun {
  return { ...run, checkpoints: data.sequence };
}

/** Metadata merged; a spread defines own properties, so no key can reach a prototype. */
export function annotated(run: ExistingRun, data: RunEventData['RunAnnotated']): ExistingRun {
  return { ...run, metadata: { ...run.metadata, ...data.metadata } };
}

/** The debug flag set. */
export function debugModeSet(run: ExistingRun, data: RunEventData['DebugModeSet']): ExistingRun {
  return { ...run, debugMode: data.debugMode };
}
