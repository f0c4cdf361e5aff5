import { Injectable } from '@nestjs/common';
import type { DeploymentTarget } from '@runnel/messaging';
import { statusFor, type ExistingRun } from '@runnel/run-domain';
import { PayloadStore } from '@runnel/run-log';

import { HttpProblem } from '../../http/errors/problem';
import { type RunOutcome, type RunWatch, RunWatches } from '../../runs/run-watch';
import { timedOut } from '../../runs/timed-out';
import { patternResponseOf } from './pattern-response';
import type { WebhookAnswer, WebhookRequest } from './webhook-request';

/** The run has its own time limit; it should be heard before ours ends. */
const GRACE_MS = 2_000;

/** Answers a sender who waits for the pattern (contracts/automation.md E.3, response modes). */
@Injectable()
export class WebhookWaiter {
  constructor(
    private readonly watches: RunWatches,
    private readonly payloads: PayloadStore,
  ) {}

  /** Begins to watch the run, before it is started. Undefined when the sender does not wait. Throws UnavailableError. */
  async begin(
    { target, signal }: WebhookRequest,
    deployment: DeploymentTarget,
    runId: string,
  ): Promise<RunWatch | undefined> {
    if (target.responseMode === 'immediate') return undefined;
    return this.watches.begin({
      runId,
      timeoutMs: deployment.policy.timeout.ms + GRACE_MS,
      untilResponse: target.responseMode === 'response_node',
      signal,
    });
  }

  /** The pattern's answer. Throws HttpProblem 504 EXECUTION_TIMEOUT, 502 INVALID_RESPONSE; UnavailableError. */
  async answer(watch: RunWatch, request: WebhookRequest, runId: string): Promise<WebhookAnswer> {
    const outcome = await watch.outcome();
    switch (outcome.kind) {
      case 'timeout':
        throw timedOut(runId);
      case 'responded':
        return this.ofResponse(outcome, runId);
      case 'ended':
        return this.ofEnd(outcome.run, request.target.responseMode === 'last_node', runId);
    }
  }

  private async ofResponse(
    { response }: Extract<RunOutcome, { kind: 'responded' }>,
    runId: string,
  ): Promise<WebhookAnswer> {
    const answer = patternResponseOf(await this.payloads.get(response));
    if (answer) return { ...answer, outcome: 'answered' };
    throw new HttpProblem(
      502,
      'INVALID_RESPONSE',
      'the pattern answered with a status that is none',
      {
        extra: { data: { runId } },
      },
    );
  }

  private async ofEnd(run: ExistingRun, lastNode: boolean, runId: string): Promise<WebhookAnswer> {
    const status = statusFor('automation', run.status);
    if (status === 'timeout') throw timedOut(runId);
    const done = status === 'completed';
    const body =
      done && lastNode && run.output !== undefined
        ? JSON.stringify(await this.payloads.get(run.output))
        : JSON.stringify({ status, runId });
    return { status: done ? 200 : 500, body, outcome: 'answered' };
  }
}
