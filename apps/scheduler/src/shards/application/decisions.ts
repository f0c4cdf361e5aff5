import { isAppError, isErrorOfKind } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { type Actor, commitOf, decide, type RunCommand } from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';
import type { Logger } from '@runnel/telemetry';

import type { LiveRun } from './live-runs';

const SCHEDULER: Actor = { kind: 'service', id: 'scheduler' };

/** What became of a decision: in the log, overtaken by somebody else's, refused by the domain, or not reachable. */
export type DecisionOutcome = 'appended' | 'overtaken' | 'refused' | 'unavailable';

/**
 * Appends what the scheduler decides about a run. It never insists: who was faster is read from the log
 * a moment later, and then the run's agenda is made anew.
 */
export class Decisions {
  constructor(
    private readonly log: RunLog,
    private readonly logger: Logger,
  ) {}

  async make(run: LiveRun, command: RunCommand): Promise<DecisionOutcome> {
    const { runId, project, revision, state } = run;
    try {
      const events = decide(command, state);
      if (events.length === 0) return 'refused';
      const commit = commitOf({
        commandId: newId('command'),
        project,
        actor: SCHEDULER,
        at: command.now,
        events,
      });
      await this.log.append(runId, revision, commit);
      this.logger.debug({ runId, command: command.type }, 'decided');
      return 'appended';
    } catch (error) {
      return this.outcomeOf(error, runId, command);
    }
  }

  private outcomeOf(error: unknown, runId: string, command: RunCommand): DecisionOutcome {
    if (isErrorOfKind(error, 'concurrency')) return 'overtaken';
    if (isErrorOfKind(error, 'domain')) {
      this.logger.info({ runId, command: command.type, code: error.code }, 'decision refused');
      return 'refused';
    }
    if (!isAppError(error)) throw error;
    this.logger.warn(
      { runId, command: command.type, err: error },
      'decision not stored, will be made again',
    );
    return 'unavailable';
  }
}
