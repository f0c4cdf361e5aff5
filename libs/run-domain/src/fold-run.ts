import type { Commit } from './commit';
import { evolve } from './evolve';
import { initialState, type RunState } from './state';

/** The state a run's commits leave, oldest first. Throws InvalidInputError EVENT_ILLEGAL on a broken history. */
export function foldRun(commits: Iterable<Commit>, from: RunState = initialState): RunState {
  let state = from;
  for (const commit of commits) state = foldCommit(state, commit);
  return state;
}

/** The state after one more commit: for whoever follows a run. Throws EVENT_ILLEGAL. */
export function foldCommit(state: RunState, commit: Pick<Commit, 'events' | 'at'>): RunState {
  let next = state;
  for (const event of commit.events) next = evolve(next, event, commit.at);
  return next;
}
