import { staleAttempt } from '../refusals';
import type { ExistingRun } from '../state';

/** Throws STALE_ATTEMPT unless the report, as far as it says, is of the attempt and the claim in progress. */
export function checkHolder(
  run: ExistingRun,
  { attempt, claim }: { readonly attempt?: number; readonly claim?: number },
): void {
  const sameAttempt = attempt === undefined || attempt === run.attempt;
  const sameClaim = claim === undefined || claim === run.claim;
  if (!sameAttempt || !sameClaim) throw staleAttempt(run, { attempt, claim });
}
