import type { DispatchMessage } from '@runnel/messaging';
import { decodeCommit, foldJournal, foldRun, type Journal } from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';

import type { RunInHand } from './attempt-runner';

const EMPTY_JOURNAL: Journal = { steps: {}, values: {}, logLines: 0 };

/**
 * The run that a dispatch message offers, or undefined when it is no longer to be had. A fresh run comes
 * with the commit that requested it and costs no read; any other is folded from its history.
 * Throws UnavailableError when the log cannot be reached.
 */
export async function loadRun(
  message: DispatchMessage,
  log: RunLog,
): Promise<RunInHand | undefined> {
  const { runId, project } = message;
  if (message.requested !== undefined) {
    const state = foldRun([decodeCommit(message.requested)]);
    if (state.status !== 'queued') return undefined;
    return { runId, project, revision: message.revision, state, journal: EMPTY_JOURNAL };
  }
  const { commits, revision } = await log.history(runId);
  const history = commits.map(({ commit }) => commit);
  const state = foldRun(history);
  if (state.status !== 'queued') return undefined;
  return { runId, project, revision, state, journal: foldJournal(history) };
}
