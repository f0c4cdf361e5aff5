import { Injectable } from '@nestjs/common';
import { DomainError, isAppError, isErrorOfKind } from '@runnel/errors';
import { type ResponseOf, type RunView, ServiceClient, shownPayloads } from '@runnel/messaging';
import {
  type Claim,
  type ExistingRun,
  foldRun,
  isTerminalStatus,
  type Json,
} from '@runnel/run-domain';
import { formatPosition, PayloadStore, type RunHistory, RunLog } from '@runnel/run-log';

/** A run with its log lines, as far as the read model has come. */
export type FoundRun = NonNullable<ResponseOf<'svc.metrics.get-run'>['run']>;

const RUN_ID = /^[\w-]{1,64}$/;

/** Finds a run by its id. What the read model has not reached is folded from the log: one reads one's own writes. */
@Injectable()
export class FindRun {
  constructor(
    private readonly services: ServiceClient,
    private readonly log: RunLog,
    private readonly payloads: PayloadStore,
  ) {}

  /**
   * The run with its payloads, however large. One that is not kept any more stays a claim.
   * Throws DomainError RUN_NOT_FOUND, also for a run of another project; UnavailableError.
   */
  async byId(project: string, runId: string): Promise<FoundRun> {
    const { claims, ...run } = await this.find(project, runId);
    if (!claims) return run;
    const payload = await this.redeem(claims.payload);
    const output = await this.redeem(claims.output);
    const lost = {
      ...(claims.payload && payload === undefined && { payload: claims.payload }),
      ...(claims.output && output === undefined && { output: claims.output }),
    };
    return {
      ...run,
      payload: payload ?? run.payload,
      output: output ?? run.output,
      ...(Object.keys(lost).length > 0 && { claims: lost }),
    };
  }

  private async redeem(claim: Claim | undefined): Promise<Json | undefined> {
    if (!claim) return undefined;
    try {
      return await this.payloads.get({ claim });
    } catch (error) {
      if (isAppError(error, 'PAYLOAD_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  private async find(project: string, runId: string): Promise<FoundRun> {
    if (!RUN_ID.test(runId)) throw notFound(runId);
    const projected = await this.projected(project, runId);
    if (projected && isSettled(projected)) return projected;
    // The read model may be a moment behind: the log has the last word on a run that is going on.
    const history = await this.historyOf(runId, projected !== undefined);
    const first = history.commits[0];
    if (!first || first.commit.project !== project) {
      if (projected) return projected; // its events were sealed, or the log cannot be asked
      throw notFound(runId);
    }
    const run = foldRun(history.commits.map(({ commit }) => commit));
    if (run.status === 'absent') throw notFound(runId);
    return { ...viewOf(run, runId, project, history), logOutput: projected?.logOutput ?? [] };
  }

  private async historyOf(runId: string, isKnown: boolean): Promise<RunHistory> {
    try {
      return await this.log.history(runId);
    } catch (error) {
      if (isKnown && isErrorOfKind(error, 'unavailable')) return { commits: [], revision: 0 };
      throw error;
    }
  }

  private async projected(project: string, runId: string): Promise<FoundRun | undefined> {
    try {
      return (await this.services.call('svc.metrics.get-run', { project, runId })).run ?? undefined;
    } catch (error) {
      if (isErrorOfKind(error, 'unavailable')) return undefined; // the log can tell
      if (isAppError(error) && error.code.endsWith('NOT_FOUND')) return undefined;
      throw error;
    }
  }
}

/** Ended, and not waiting for a person who might replay it. */
function isSettled({ status }: FoundRun): boolean {
  return isTerminalStatus(status) && status !== 'dead_letter';
}

function viewOf(run: ExistingRun, id: string, project: string, { commits }: RunHistory): RunView {
  const { request, requestedAt, startedAt, finishedAt } = run;
  const last = commits.at(-1);
  return {
    id,
    project,
    kind: request.kind,
    status: run.status,
    definitionId: request.definition.id,
    definitionName: request.definition.name,
    definitionVersion: request.definition.version,
    deploymentId: request.deploymentId ?? null,
    triggeredBy: request.trigger.type,
    attempt: run.attempt,
    requestedAt,
    startedAt: startedAt ?? null,
    finishedAt: finishedAt ?? null,
    durationMs: durationOf(startedAt, finishedAt),
    ...shownPayloads(run.payload, run.output ?? null),
    error: run.error ?? null,
    parentRunId: request.parentRunId ?? null,
    retryOf: request.retryOf ?? null,
    replayOf: request.replayOf ?? null,
    position: last ? formatPosition(last.position) : '',
  };
}

function durationOf(startedAt: string | undefined, finishedAt: string | undefined): number | null {
  if (startedAt === undefined || finishedAt === undefined) return null;
  return Date.parse(finishedAt) - Date.parse(startedAt);
}

function notFound(runId: string): DomainError {
  return new DomainError('RUN_NOT_FOUND', 'run not found', { runId });
}
