import { Injectable } from '@nestjs/common';
import { DomainError, isAppError } from '@runnel/errors';
import { type RunEventView, ServiceClient } from '@runnel/messaging';
import { type Commit, type ExistingRun, foldRun } from '@runnel/run-domain';
import { RunLog } from '@runnel/run-log';

const RUN_ID = /^[\w-]{1,64}$/;
const PAGE = 1_000;
/** A run with more commits than this cannot be asked for again; steps are bounded far below. */
const MAX_PAGES = 200;

/** A run as its events tell it, payload included: for commands that build on it. Views are `FindRun`'s. */
@Injectable()
export class LoadRun {
  constructor(
    private readonly log: RunLog,
    private readonly services: ServiceClient,
  ) {}

  /**
   * The run's state, from the log or, where the log has let go of it, from the stored events.
   * @throws DomainError NOT_FOUND, also for a run of another project and, when one is named, of another
   *   deployment; UnavailableError
   */
  async load(project: string, runId: string, deploymentId?: string): Promise<ExistingRun> {
    if (!RUN_ID.test(runId)) throw runNotFound();
    const commits = await this.commitsOf(project, runId);
    if (commits[0]?.project !== project) throw runNotFound();
    const run = foldRun(commits);
    if (run.status === 'absent') throw runNotFound();
    if (deploymentId !== undefined && run.request.deploymentId !== deploymentId)
      throw runNotFound();
    return run;
  }

  private async commitsOf(project: string, runId: string): Promise<readonly Commit[]> {
    const { commits, revision } = await this.log.history(runId);
    if (revision > 0) return commits.map(({ commit }) => commit);
    try {
      return await this.stored(project, runId);
    } catch (error) {
      if (isAppError(error) && error.code.endsWith('NOT_FOUND')) return [];
      throw error;
    }
  }

  private async stored(project: string, runId: string): Promise<readonly Commit[]> {
    const commits: Commit[] = [];
    for (let page = 0, after = 0; page < MAX_PAGES; page += 1) {
      const request = { project, runId, after, limit: PAGE };
      const { items } = await this.services.call('svc.metrics.list-run-events', request);
      const last = items.at(-1);
      if (last === undefined) break;
      commits.push(...items.map((item) => toCommit(project, item)));
      after = Number(last.position.split(':')[1]);
    }
    return commits;
  }
}

/** Missing, of another project, of another deployment: the same words for all (contracts/automation.md C.3). */
export function runNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'run not found');
}

function toCommit(project: string, { commandId, actor, at, events }: RunEventView): Commit {
  return { commandId, project, actor: actor as Commit['actor'], at, events };
}
