import { Injectable } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { type DeploymentTarget, ServiceClient } from '@runnel/messaging';
import { type ExistingRun, isTerminalStatus, statusFor } from '@runnel/run-domain';
import { PayloadStore } from '@runnel/run-log';

import { LoadRun, runNotFound } from '../../runs/load-run';
import { StartAndWait, type StartedRun } from '../../runs/start-and-wait';
import { triggerAgain } from './trigger-again';

export interface RepeatRequest {
  readonly how: 'retry' | 'replay';
  readonly identity: Identity;
  readonly runId: string;
  /** The deployment that the run must be of; absent: whichever it is of. */
  readonly deploymentId?: string;
  readonly waits: boolean;
  /** The caller has gone. */
  readonly signal: AbortSignal;
  /** Of one key there is one follow-up run, however often the command arrives. */
  readonly idempotencyKey?: string;
  readonly traceparent?: string;
}

const RETRYABLE: readonly string[] = ['failed', 'dead_letter', 'timeout'];

/** Does a run again, as a new run with the same event data and the version that is deployed now (contracts/automation.md C.3). */
@Injectable()
export class RepeatRun {
  constructor(
    private readonly services: ServiceClient,
    private readonly runs: LoadRun,
    private readonly payloads: PayloadStore,
    private readonly starting: StartAndWait,
  ) {}

  /**
   * The new run and, once it has ended, its status; the original is never changed.
   * @throws DomainError, in this order: NOT_FOUND (deployment, run), INVALID_STATUS, DEPLOYMENT_NOT_ACTIVE,
   *   NO_EVENT_DATA, TRIGGER_MISSING; HttpProblem 504 EXECUTION_TIMEOUT; UnavailableError
   */
  async repeat(request: RepeatRequest): Promise<StartedRun> {
    const { how, identity, runId, traceparent } = request;
    const { original, target } = await this.find(request);
    const once = onceKeyOf(request);
    const holder = once && (await this.starting.holder(once));
    if (holder !== undefined) return this.starting.join(holder, { target }, request);
    assertRepeatable(how, original);
    assertActive(target);
    const payload = await this.payloads.get(original.payload);
    if (how === 'replay' && payload === null) {
      throw new DomainError('NO_EVENT_DATA', 'the original run has no event data to replay');
    }
    return this.starting.start(
      {
        authority: { kind: 'caller', identity, command: `${how}-run` },
        target,
        trigger: triggerAgain(original.request.trigger, target),
        payload,
        repeats: { how, runId, attempt: original.attempt },
        ...(traceparent !== undefined && { traceparent }),
      },
      request,
      once,
    );
  }

  private async find(
    request: RepeatRequest,
  ): Promise<{ original: ExistingRun; target: DeploymentTarget }> {
    const { identity, runId, deploymentId } = request;
    const { project } = identity;
    if (deploymentId !== undefined) {
      const target = await this.targetOf(project, deploymentId);
      return { target, original: await this.runs.load(project, runId, deploymentId) };
    }
    const original = await this.runs.load(project, runId);
    if (original.request.deploymentId === undefined) throw runNotFound();
    return { original, target: await this.targetOf(project, original.request.deploymentId) };
  }

  private async targetOf(project: string, deploymentId: string): Promise<DeploymentTarget> {
    const asked = { project, deploymentId };
    const { target } = await this.services.call('svc.deployments.resolve-deployment', asked);
    if (target) return target;
    throw new DomainError('NOT_FOUND', 'deployment not found');
  }
}

function onceKeyOf({ how, runId, idempotencyKey }: RepeatRequest) {
  if (idempotencyKey === undefined) return undefined;
  return { scope: `${how}:${runId}`, key: idempotencyKey };
}

function assertRepeatable(how: 'retry' | 'replay', run: ExistingRun): void {
  const status = statusFor('automation', run.status);
  if (how === 'retry' && !RETRYABLE.includes(status)) {
    const message = `only failed, timed out and dead-letter runs can be retried; this one is ${status}`;
    throw new DomainError('INVALID_STATUS', message, { status });
  }
  if (!isTerminalStatus(run.status)) {
    const message = `a run can be replayed once it has ended; this one is ${status}`;
    throw new DomainError('INVALID_STATUS', message, { status });
  }
}

function assertActive({ status }: DeploymentTarget): void {
  if (status === 'active') return;
  const message = `the deployment must be active to run again; it is ${status}`;
  throw new DomainError('DEPLOYMENT_NOT_ACTIVE', message);
}
