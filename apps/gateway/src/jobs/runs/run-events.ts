import { Injectable } from '@nestjs/common';
import { DomainError, isAppError, isErrorOfKind } from '@runnel/errors';
import { type RunEventView, ServiceClient } from '@runnel/messaging';
import { formatPosition, parsePosition, RunLog } from '@runnel/run-log';

const RUN_ID = /^[\w-]{1,64}$/;

interface PageOfCommits {
  /** Position of the last commit that the caller knows. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** The commits of a run: from the read model, then from the log what it has not reached. */
@Injectable()
export class RunEvents {
  constructor(
    private readonly services: ServiceClient,
    private readonly log: RunLog,
  ) {}

  /** Oldest first. Throws DomainError RUN_NOT_FOUND; InvalidInputError INVALID_POSITION; UnavailableError. */
  async list(
    project: string,
    runId: string,
    { after: position, limit }: PageOfCommits,
  ): Promise<readonly RunEventView[]> {
    if (!RUN_ID.test(runId)) throw notFound(runId);
    const after = position === undefined ? 0 : parsePosition(position).seq;
    const projected = await this.projected({ project, runId, after, limit });
    if (projected.length >= limit) return projected;
    const last = projected.at(-1);
    const reached = last ? parsePosition(last.position).seq : after;
    const { commits, revision } = await this.log.history(runId, reached);
    if (commits.some(({ commit }) => commit.project !== project)) throw notFound(runId);
    const rest = commits.map(({ position: at, commit }) => ({
      position: formatPosition(at),
      commandId: commit.commandId,
      at: commit.at,
      actor: commit.actor,
      events: commit.events,
    }));
    if (projected.length === 0 && rest.length === 0 && (after === 0 || revision === 0)) {
      throw notFound(runId);
    }
    return [...projected, ...rest].slice(0, limit);
  }

  private async projected(request: {
    readonly project: string;
    readonly runId: string;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly RunEventView[]> {
    try {
      return (await this.services.call('svc.metrics.list-run-events', request)).items;
    } catch (error) {
      // Not there yet, or nobody to ask: the log can tell.
      if (isErrorOfKind(error, 'unavailable')) return [];
      if (isAppError(error) && error.code.endsWith('NOT_FOUND')) return [];
      throw error;
    }
  }
}

function notFound(runId: string): DomainError {
  return new DomainError('RUN_NOT_FOUND', 'run not found', { runId });
}
