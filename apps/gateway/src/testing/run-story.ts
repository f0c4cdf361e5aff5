import { type Commit, commitOf, type OutputLine, type RunEvent } from '@runnel/run-domain';
import type { RunLog } from '@runnel/run-log';

import { deploymentTarget } from './targets';

const START = Date.parse('2026-03-05T12:00:00.000Z');

/** Writes a run into a log, one thing after the other, as the gateway, the scheduler and an executor would. */
export class RunStory {
  /** Last sequence of the run; set for a run that others began. */
  revision = 0;
  private attempt = 1;
  private claim = 0;
  private lines = 0;
  private steps = 0;
  private clock = START;

  constructor(
    private readonly log: RunLog,
    readonly runId: string,
    readonly project = 'prj_1',
  ) {}

  request(facts: Partial<Extract<RunEvent, { type: 'RunRequested' }>['data']> = {}): Promise<void> {
    const { pattern, versionId, version, deploymentId, policy } = deploymentTarget();
    const data = {
      kind: 'graph' as const,
      definition: { id: pattern.id, versionId, version, name: pattern.name },
      deploymentId,
      trigger: { type: 'webhook' as const, nodeId: 'node_1' },
      payload: { inline: { body: { hello: 'world' } } },
      firstAttempt: 1,
      policy,
      queue: 'default',
      priority: 0,
      ...facts,
    };
    return this.commit({ type: 'RunRequested', data });
  }

  start(): Promise<void> {
    return this.commit(this.started());
  }

  /** A whole attempt in one commit, as of a graph without outside effects. */
  runAtOnce(steps: number, output?: unknown): Promise<void> {
    const done = Array.from({ length: steps }, () => this.stepped());
    return this.commit(this.started(), ...done, this.completed(output));
  }

  step(nodeType = 'HttpRequest', output: unknown = { status: 200 }): Promise<void> {
    return this.commit(this.stepped(nodeType, output));
  }

  /** The attempt fails and is tried again. */
  async retry(): Promise<void> {
    const error = { type: 'Error', message: `attempt ${this.attempt} failed` };
    const failed = { attempt: this.attempt, reason: 'error' as const, error };
    this.attempt += 1;
    const retry = { attempt: this.attempt, notBefore: this.at() };
    await this.commit(
      { type: 'AttemptFailed', data: failed },
      { type: 'RunRetryScheduled', data: retry },
    );
    await this.start();
  }

  complete(output: unknown = { ok: true }): Promise<void> {
    return this.commit(this.completed(output));
  }

  fail(): Promise<void> {
    const error = { type: 'Error', message: 'it failed' };
    return this.commit({ type: 'RunFailed', data: { attempt: this.attempt, error } });
  }

  timeOut(): Promise<void> {
    const error = { type: 'Timeout', message: 'too slow', code: 'EXECUTION_TIMEOUT' };
    return this.commit({ type: 'RunTimedOut', data: { attempt: this.attempt, error } });
  }

  /** Says `count` new lines, after telling the last `again` ones once more, as after a crash. */
  say(count: number, again = 0): void {
    const first = Math.max(0, this.lines - again);
    const lines = Array.from({ length: this.lines - first + count }, (_, index): OutputLine => {
      const n = first + index;
      return { n, kind: 'log', at: this.at(), level: 'info', message: `line ${n}` };
    });
    this.lines += count;
    this.log.appendOutput(this.runId, this.project, lines);
  }

  private started(): RunEvent {
    this.claim += 1;
    const { attempt, claim } = this;
    return { type: 'AttemptStarted', data: { attempt, claim, executor: 'exe_1' } };
  }

  private stepped(nodeType = 'HttpRequest', output: unknown = { status: 200 }): RunEvent {
    this.steps += 1;
    return {
      type: 'StepCompleted',
      data: {
        attempt: this.attempt,
        key: `node_${this.steps}:0`,
        nodeId: `node_${this.steps}`,
        nodeType,
        effect: 'outside',
        output: { inline: output as never },
        startedAt: this.at(),
        durationMs: 7,
      },
    };
  }

  private completed(output: unknown = { ok: true }): RunEvent {
    const data = { attempt: this.attempt, output: { inline: output as never }, durationMs: 12 };
    return { type: 'RunCompleted', data };
  }

  private async commit(...events: RunEvent[]): Promise<void> {
    this.clock += 10;
    const commit: Commit = commitOf({
      commandId: `cmd_${this.runId}_${this.revision}`,
      project: this.project,
      actor: { kind: 'service', id: 'test' },
      at: this.at(),
      events,
    });
    this.revision = (await this.log.append(this.runId, this.revision, commit)).seq;
  }

  private at(): string {
    return new Date(this.clock).toISOString();
  }
}
