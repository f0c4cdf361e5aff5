import { Clock } from '@runnel/clock';
import type { DeploymentTarget, ScheduledDeployment } from '@runnel/messaging';

import { ScheduleSource } from '../application/schedule-source.port';

/** A clock that only the test moves. */
export class ManualClock extends Clock {
  constructor(public ms: number) {
    super();
  }

  override now(): number {
    return this.ms;
  }
}

export function target(deploymentId: string): DeploymentTarget {
  return {
    project: 'prj_a',
    deploymentId,
    status: 'active',
    pattern: { id: 'pat_1', name: 'Report' },
    versionId: 'ver_1',
    version: 1,
    triggers: [],
    policy: {
      maxAttempts: 1,
      retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
      timeout: { ms: 30_000, scope: 'run' },
      maxCrashesWithoutProgress: 3,
    },
  };
}

/** A deployment with one schedule. */
export function scheduled(
  deploymentId: string,
  cronExpression: string,
  since: number,
): ScheduledDeployment {
  const schedule = {
    nodeId: 'tick',
    cronExpression,
    timezone: 'UTC',
    since: new Date(since).toISOString(),
  };
  return { target: target(deploymentId), schedules: [schedule] };
}

/** Definitions that a test sets; `down` makes them unreachable. */
export class SampleSource extends ScheduleSource {
  deployments: readonly ScheduledDeployment[] = [];
  down: Error | undefined;
  readonly asked: (readonly string[] | 'all')[] = [];

  all(): Promise<readonly ScheduledDeployment[]> {
    return this.answer('all', this.deployments);
  }

  ofDeployments(ids: readonly string[]): Promise<readonly ScheduledDeployment[]> {
    const found = this.deployments.filter(({ target: { deploymentId } }) =>
      ids.includes(deploymentId),
    );
    return this.answer(ids, found);
  }

  private answer<T>(asked: readonly string[] | 'all', answer: T): Promise<T> {
    this.asked.push(asked);
    return this.down ? Promise.reject(this.down) : Promise.resolve(answer);
  }
}
