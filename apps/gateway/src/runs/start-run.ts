import { Injectable } from '@nestjs/common';
import { assertAllowed, type Command, type Identity, PERMISSIONS } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { type DeploymentTarget, runOfDeployment, type WebhookTarget } from '@runnel/messaging';
import {
  type Actor,
  commitOf,
  decide,
  initialState,
  type Json,
  policyForTrigger,
  type RunRequested,
} from '@runnel/run-domain';
import { PayloadStore, type Position, RunLog } from '@runnel/run-log';

/** On whose authority a run starts: a caller with a permission, or an endpoint whose request was judged good. */
export type Authority =
  | { readonly kind: 'caller'; readonly identity: Identity; readonly command: Command }
  | { readonly kind: 'webhook'; readonly endpoint: WebhookTarget };

/** The run that a new one is a retry or a replay of. A retry counts on from `attempt`, a replay begins anew. */
export type RepeatedRun =
  | { readonly how: 'retry'; readonly runId: string; readonly attempt: number }
  | { readonly how: 'replay'; readonly runId: string };

export interface StartRequest {
  readonly runId: string;
  readonly authority: Authority;
  readonly target: DeploymentTarget;
  readonly trigger: RunRequested['trigger'];
  readonly payload: Json;
  readonly responseMode?: RunRequested['responseMode'];
  readonly idempotencyKey?: string;
  /** What this run does again, on somebody's request. */
  readonly repeats?: RepeatedRun;
  readonly traceparent?: string;
}

/** Starts runs of deployments, for all doors: the one place where a run is asked for, and where the right to it is checked. */
@Injectable()
export class StartRun {
  constructor(
    private readonly log: RunLog,
    private readonly payloads: PayloadStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Appends `RunRequested` for a run that must be new; resolves once the log has it on disk.
   * @throws DomainError FORBIDDEN, NOT_FOUND; ConcurrencyError when the run exists; UnavailableError
   */
  async start(request: StartRequest): Promise<Position> {
    const { runId, authority, target, traceparent } = request;
    const { project } = target;
    assertAuthority(authority, target);
    const payload = await this.payloads.put(request.payload, { project, runId });
    const at = this.clock.iso();
    const asked = { type: 'RequestRun', now: at, request: requestOf(request, payload) } as const;
    const commit = commitOf({
      commandId: newId('command'),
      project,
      actor: actorOf(authority),
      at,
      events: decide(asked, initialState),
    });
    return this.log.append(runId, 0, commit, traceparent === undefined ? {} : { traceparent });
  }
}

function requestOf(request: StartRequest, payload: RunRequested['payload']): RunRequested {
  const { target, trigger, responseMode, idempotencyKey, repeats } = request;
  return runOfDeployment(target, {
    trigger,
    payload,
    firstAttempt: repeats?.how === 'retry' ? repeats.attempt + 1 : 1,
    policy: policyForTrigger(target.policy, trigger.type, repeats !== undefined),
    ...(responseMode !== undefined && { responseMode }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(repeats?.how === 'retry' && { retryOf: repeats.runId }),
    ...(repeats?.how === 'replay' && { replayOf: repeats.runId }),
  });
}

function assertAuthority(authority: Authority, target: DeploymentTarget): void {
  if (authority.kind === 'caller')
    assertAllowed(authority.identity, PERMISSIONS[authority.command]);
  if (projectOf(authority) === target.project) return;
  throw new DomainError('NOT_FOUND', 'deployment not found');
}

function projectOf(authority: Authority): string {
  return authority.kind === 'caller' ? authority.identity.project : authority.endpoint.project;
}

function actorOf(authority: Authority): Actor {
  return authority.kind === 'caller'
    ? { kind: authority.identity.kind, id: authority.identity.id }
    : { kind: 'webhook', id: authority.endpoint.endpointId };
}
