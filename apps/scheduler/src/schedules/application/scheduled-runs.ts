import type { Clock } from '@runnel/clock';
import { isErrorOfKind } from '@runnel/errors';
import { derivedId, newId } from '@runnel/ids';
import { type DeploymentTarget, runOfDeployment } from '@runnel/messaging';
import { type Actor, commitOf, decide, initialState } from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';

const SCHEDULER: Actor = { kind: 'service', id: 'scheduler' };

/** A tick of a schedule of a deployment. */
export interface Tick {
  readonly target: DeploymentTarget;
  readonly nodeId: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** The id of the run of a tick: it follows from deployment, node and time, whoever fires it. */
export function runIdOf({ target, nodeId, at }: Tick): string {
  return derivedId('run', at, ['schedule', target.deploymentId, nodeId, String(at)]);
}

/** Asks for the runs of ticks. Of any number of schedulers that fire one tick, one appends to the empty subject. */
export class ScheduledRuns {
  constructor(
    private readonly log: RunLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves once the log has the run of this tick, by us or by somebody before us.
   * @throws UnavailableError when that cannot be known; DomainError when the run is refused
   */
  async fire(tick: Tick): Promise<'fired' | 'known'> {
    const { target, nodeId, at } = tick;
    const now = this.clock.iso();
    const scheduledFor = new Date(at).toISOString();
    const request = runOfDeployment(target, {
      trigger: { type: 'schedule', nodeId, scheduledFor },
      payload: { inline: { timestamp: now, scheduledFor } },
    });
    const commit = commitOf({
      commandId: newId('command'),
      project: target.project,
      actor: SCHEDULER,
      at: now,
      events: decide({ type: 'RequestRun', now, request }, initialState),
    });
    try {
      await this.log.append(runIdOf(tick), 0, commit);
      return 'fired';
    } catch (error) {
      if (isErrorOfKind(error, 'concurrency')) return 'known';
      throw error;
    }
  }
}
