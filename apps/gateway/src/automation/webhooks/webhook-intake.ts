import { Inject, Injectable } from '@nestjs/common';
import { verifyWebhookSignature } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { isErrorOfKind } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { type DeploymentTarget, ServiceClient } from '@runnel/messaging';
import type { Json } from '@runnel/run-domain';
import { IdempotencyKeys, RunLog } from '@runnel/run-log';

import { CONFIG, type GatewayConfig } from '../../config';
import { HttpProblem } from '../../http/errors/problem';
import { traceparentOf } from '../../http/traceparent';
import { StartRun } from '../../runs/start-run';
import { eventDataOf } from './event-data';
import { idempotencyKeysOf } from './idempotency-key';
import { parseWebhookBody } from './webhook-body';
import type { WebhookAnswer, WebhookRequest } from './webhook-request';
import { WebhookWaiter } from './webhook-waiter';

/**
 * A webhook request that has passed the rate limit and reached a known endpoint: signature, idempotency, JSON
 * and the deployment's state are judged in that order (contracts/automation.md E.3), then its run is asked
 * for. An answer of acceptance means that the log has the run on disk.
 */
@Injectable()
export class WebhookIntake {
  constructor(
    private readonly startRun: StartRun,
    private readonly waiter: WebhookWaiter,
    private readonly keys: IdempotencyKeys,
    private readonly log: RunLog,
    private readonly services: ServiceClient,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Throws HttpProblem with the contract's codes; UnavailableError when the request can be kept nowhere. */
  async take(request: WebhookRequest): Promise<WebhookAnswer> {
    const keys = this.judge(request);
    let event: Json;
    let deployment: DeploymentTarget | undefined;
    try {
      event = this.eventOf(request);
      deployment = startable(request);
    } catch (error) {
      // A repeat of an accepted request is a duplicate even if it could not be accepted today.
      const holder = await this.holder(request, keys);
      if (holder !== undefined) return duplicate(holder);
      throw error;
    }
    if (!deployment) return this.capture(request, keys, event);
    return this.beginOnce(request, deployment, event, keys);
  }

  /** The request's idempotency keys, once its signature is found good. */
  private judge({ target, headers, body }: WebhookRequest): readonly string[] {
    const verdict = verifyWebhookSignature({
      secret: target.secret,
      rawBody: body,
      header: textOf(headers['x-webhook-signature']),
      hubHeader: textOf(headers['x-hub-signature-256']),
      timestampHeader: textOf(headers['x-webhook-timestamp']),
      now: new Date(this.clock.now()),
      requireTimestamp: target.requireTimestamp,
      mode: target.signatureMode,
    });
    if (verdict.ok) return idempotencyKeysOf(headers, verdict.replayKey);
    throw new HttpProblem(401, verdict.code, REFUSALS[verdict.code]);
  }

  private eventOf(request: WebhookRequest): Json {
    const body = parseWebhookBody(request.headers, request.body);
    return eventDataOf(request, body, this.config.RUNNEL_PUBLIC_URL);
  }

  private async beginOnce(
    request: WebhookRequest,
    deployment: DeploymentTarget,
    event: Json,
    keys: readonly string[],
  ): Promise<WebhookAnswer> {
    let runId = newId('run');
    for (const key of keys) {
      const held = await this.keys.reserve(request.target.webhookId, key, runId);
      if (!held.created && (await this.exists(held.runId))) return duplicate(held.runId);
      // Not created and not there: who took the key died before its run was asked for, or is about to ask.
      // The run is asked for under the id that the key names, so that of two who find this out one wins.
      runId = held.runId;
    }
    try {
      return await this.begin(request, deployment, event, runId, keys[0]);
    } catch (error) {
      if (isErrorOfKind(error, 'concurrency')) return duplicate(runId);
      throw error;
    }
  }

  private async begin(
    request: WebhookRequest,
    deployment: DeploymentTarget,
    event: Json,
    runId: string,
    key?: string,
  ): Promise<WebhookAnswer> {
    const { target } = request;
    const traceparent = traceparentOf(request.headers);
    const watch = await this.waiter.begin(request, deployment, runId);
    try {
      await this.startRun.start({
        runId,
        authority: { kind: 'webhook', endpoint: target },
        target: deployment,
        trigger: { type: 'webhook', nodeId: target.nodeId, endpointId: target.endpointId },
        payload: event,
        responseMode: target.responseMode,
        ...(key !== undefined && { idempotencyKey: key }),
        ...(traceparent !== undefined && { traceparent }),
      });
      return watch ? await this.waiter.answer(watch, request, runId) : accepted(runId);
    } finally {
      watch?.stop();
    }
  }

  private async capture(
    request: WebhookRequest,
    keys: readonly string[],
    event: Json,
  ): Promise<WebhookAnswer> {
    const holder = await this.holder(request, keys);
    if (holder !== undefined) return duplicate(holder);
    const { endpointId } = request.target;
    await this.services.call('svc.deployments.capture-event', { endpointId, event });
    const message = 'the pattern is not deployed; the event was captured for its editor';
    const body = JSON.stringify({ status: 'captured', message });
    return { status: 202, body, outcome: 'captured' };
  }

  /** The run that was asked for under any of the keys. */
  private async holder(
    { target }: WebhookRequest,
    keys: readonly string[],
  ): Promise<string | undefined> {
    for (const key of keys) {
      const holder = await this.keys.holder(target.webhookId, key);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  private async exists(runId: string): Promise<boolean> {
    return (await this.log.history(runId)).revision > 0;
  }
}

const REFUSALS = {
  MISSING_SIGNATURE: 'the X-Webhook-Signature header is required',
  INVALID_SIGNATURE: 'the signature does not match the body and the secret of this endpoint',
  TIMESTAMP_OUT_OF_RANGE: 'X-Webhook-Timestamp must be within 300 s of now, and signed',
} as const;

/** The deployment to run; undefined when there is none yet. Throws HttpProblem 503 when it takes nothing. */
function startable({ target }: WebhookRequest): DeploymentTarget | undefined {
  const { deployment } = target;
  switch (deployment?.status) {
    case 'active':
      return deployment;
    case 'paused':
      throw refusesNow('PAUSED', 'the deployment is paused');
    case 'failed':
      throw refusesNow('DEPLOYMENT_NOT_ACTIVE', 'the deployment has failed; redeploy it');
    case 'undeployed':
    case undefined:
      return undefined;
  }
}

function refusesNow(code: string, message: string): HttpProblem {
  return new HttpProblem(503, code, message, { headers: { 'retry-after': '60' } });
}

function accepted(runId: string): WebhookAnswer {
  return { status: 202, body: `{"status":"accepted","runId":"${runId}"}`, outcome: 'accepted' };
}

function duplicate(runId: string): WebhookAnswer {
  return {
    status: 202,
    body: JSON.stringify({ status: 'duplicate', runId }),
    outcome: 'duplicate',
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
