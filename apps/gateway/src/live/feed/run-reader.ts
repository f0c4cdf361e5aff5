import { Injectable } from '@nestjs/common';
import { DomainError, isAppError, isErrorOfKind } from '@runnel/errors';
import { type RunEventView, ServiceClient } from '@runnel/messaging';
import { type LogEntry, parsePosition, RunLog } from '@runnel/run-log';
import type { OutputLine } from '@runnel/run-domain';

/** What is known of a run up to a sequence of its shard. */
export interface RunPast {
  /** Commits and output up to `until`, in the log's order. */
  readonly entries: readonly LogEntry[];
  /** All of the run up to this sequence is in `entries`. */
  readonly until: number;
}

const PAGE = 1_000;
/** 200 pages; a run that says more is told from there on, not refused. */
const MAX_ENTRIES = 200_000;

/** A run's past: from the read model as far as that has come, or else from the log. */
@Injectable()
export class RunReader {
  constructor(
    private readonly services: ServiceClient,
    private readonly log: RunLog,
  ) {}

  /**
   * What the read model has of a run; when it has nothing (yet), or is away, only where the run begins.
   * @throws DomainError RUN_NOT_FOUND for an unknown run and for one of another project
   */
  async past(project: string, runId: string): Promise<RunPast> {
    try {
      return await this.projected(project, runId);
    } catch (error) {
      if (!isMissing(error) && !isErrorOfKind(error, 'unavailable')) throw error;
      return { entries: [], until: await this.beginning(project, runId) };
    }
  }

  private async projected(project: string, runId: string): Promise<RunPast> {
    const [commits, output] = await Promise.all([
      this.pages(project, runId, 'svc.metrics.list-run-events', (item: RunEventView) =>
        commitEntry(runId, project, item),
      ),
      this.pages(project, runId, 'svc.metrics.list-run-output', (item: OutputItem) =>
        outputEntry(runId, project, item),
      ),
    ]);
    if (commits.entries.length === 0) throw notFound(runId);
    // Asked apart, the two may have come to different points: only what lies before both is complete.
    const until = Math.min(commits.until, output.until);
    const entries = [...commits.entries, ...output.entries]
      .filter(({ position }) => position.seq <= until)
      .sort((a, b) => a.position.seq - b.position.seq);
    return { entries, until };
  }

  private async pages<Item extends { readonly position: string }>(
    project: string,
    runId: string,
    subject: 'svc.metrics.list-run-events' | 'svc.metrics.list-run-output',
    toEntry: (item: Item) => LogEntry,
  ): Promise<RunPast> {
    const shard = this.log.shardOf(runId);
    const entries: LogEntry[] = [];
    for (let after = 0; ;) {
      const request = { project, runId, after, limit: PAGE };
      const { items, lag } = await this.services.call(subject, request);
      for (const item of items) entries.push(toEntry(item as unknown as Item));
      const last = entries.at(-1)?.position.seq ?? 0;
      const reached = lag.positions[shard] ?? 0;
      // An answer that was cut short, by its limit or its size, says that it reaches to its last item.
      const isCut = items.length > 0 && (items.length === PAGE || last >= reached);
      if (!isCut) return { entries, until: reached };
      if (entries.length >= MAX_ENTRIES) return { entries, until: last };
      after = last;
    }
  }

  /** The sequence just before the run's first commit. Throws RUN_NOT_FOUND. */
  private async beginning(project: string, runId: string): Promise<number> {
    const { commits } = await this.log.history(runId);
    const first = commits[0];
    if (!first || first.commit.project !== project) throw notFound(runId);
    return first.position.seq - 1;
  }
}

interface OutputItem {
  readonly position: string;
  readonly lines: readonly OutputLine[];
}

function commitEntry(runId: string, project: string, view: RunEventView): LogEntry {
  const { position, commandId, actor, at, events } = view;
  return {
    kind: 'commit',
    runId,
    position: parsePosition(position),
    commit: { commandId, project, actor: actor as never, at, events },
  };
}

function outputEntry(runId: string, project: string, item: OutputItem): LogEntry {
  return {
    kind: 'output',
    runId,
    project,
    position: parsePosition(item.position),
    lines: item.lines,
  };
}

function isMissing(error: unknown): boolean {
  return isAppError(error) && error.code.endsWith('NOT_FOUND');
}

function notFound(runId: string): DomainError {
  return new DomainError('RUN_NOT_FOUND', 'run not found', { runId });
}
