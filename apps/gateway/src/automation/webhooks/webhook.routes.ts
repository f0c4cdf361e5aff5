import { Inject, Injectable } from '@nestjs/common';
import type { WebhookTarget } from '@runnel/messaging';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { HttpProblem, problemOf } from '../../http/errors/problem';
import { sendError } from '../../http/errors/send-error';
import { readBody } from '../../http/read-body';
import { operation } from '../../http/route-declaration';
import { WebhookIntake } from './webhook-intake';
import type { WebhookAnswer, WebhookOutcome } from './webhook-request';
import { WebhookTargets } from './webhook-targets';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const PATHS = ['/webhooks/:webhookId', '/api/webhooks/:webhookId'];
const MIB = 1_024 * 1_024;

const receiveWebhook = operation({
  summary: 'Receive an event: starts a run of the deployed pattern behind this endpoint',
  tag: 'webhooks',
  errors: 'nested',
  limit: 'webhook',
  status: 202,
});

type Route = { Params: { webhookId: string } };

/**
 * The intake of webhooks, on Fastify itself: bodies stay bytes until their signature is found good, and
 * nothing stands between the socket and `WebhookIntake` that a request does not need.
 */
@Injectable()
export class WebhookRoutes {
  private readonly outcomes;

  constructor(
    private readonly targets: WebhookTargets,
    private readonly intake: WebhookIntake,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'runnel_gateway_webhooks_total',
      'Webhook requests by outcome',
      ['outcome'],
    );
  }

  register(fastify: FastifyInstance): void {
    void fastify.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
      for (const url of PATHS) {
        scope.route<Route>({
          method: [...METHODS],
          url,
          config: { access: { kind: 'public' }, operation: receiveWebhook },
          // After the guard's hook. It answers by itself: Fastify's body parsers are never reached.
          onRequest: this.receive,
          handler: () => {
            throw new Error('a webhook is answered before its handler');
          },
        });
      }
    });
  }

  /** The endpoint first and then the body: an unknown endpoint is told so whatever is sent. */
  private readonly receive = (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    refuse: (error: Error) => void,
  ): void => {
    const { webhookId } = request.params;
    const known = this.targets.peek(webhookId);
    if (known !== undefined) return this.read(known, request, reply, refuse);
    this.targets.resolve(webhookId).then(
      (target) => this.read(target, request, reply, refuse),
      (error: unknown) => refuse(error as Error),
    );
  };

  private read(
    target: WebhookTarget | null,
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    refuse: (error: Error) => void,
  ): void {
    if (!target) return refuse(unknown());
    readBody(request.raw, MIB, (problem, body) => {
      if (problem) return refuse(problem);
      const { method, url, headers, query } = request;
      const signal = target.responseMode === 'immediate' ? NEVER : goneSignal(reply);
      this.intake.take({ target, method, url, headers, query, body, signal }).then(
        (answer) => this.answer(answer, reply),
        (error: unknown) => refuse(error as Error),
      );
    });
  }

  private answer({ status, headers, body, outcome }: WebhookAnswer, reply: FastifyReply): void {
    this.outcomes.inc({ outcome });
    reply.code(status).type('application/json; charset=utf-8');
    if (headers) reply.headers(headers);
    void reply.send(body);
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, code } = problemOf(error);
    this.outcomes.inc({ outcome: outcomeOf(status, code) });
    sendError(error, request, reply, this.logger);
  }
}

/** For senders who do not wait. */
const NEVER = new AbortController().signal;

function goneSignal(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abort.abort(); // closed after the answer: nobody waits any more
  });
  return abort.signal;
}

function unknown(): HttpProblem {
  return new HttpProblem(404, 'WEBHOOK_NOT_FOUND', 'there is no such webhook');
}

function outcomeOf(status: number, code: string): WebhookOutcome {
  if (code === 'WEBHOOK_NOT_FOUND') return 'unknown';
  if (code === 'PAUSED') return 'rejected_paused';
  if (status === 401) return 'rejected_signature';
  if (status === 429) return 'rejected_rate';
  return status < 500 ? 'rejected_payload' : 'error';
}
