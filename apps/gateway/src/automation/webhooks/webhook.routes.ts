import { Inject, Injectable } from '@nestjs/common';
import type { WebhookTarget } from '@runnel/messaging';
import { LOGGER, type Logger, METRICS, type Metrics } from '@runnel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { HttpProblem, problemOf } from '../../http/errors/problem';
import { sendError } from '../../http/errors/send-error';
import { operation } from '../../http/route-declaration';
import { WebhookIntake } from './webhook-intake';
import type { WebhookOutcome } from './webhook-request';
import { WebhookTargets } from './webhook-targets';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const PATHS = ['/webhooks/:webhookId', '/api/webhooks/:webhookId'];
const MIB = 1_024 * 1_024;
const NO_BODY = Buffer.alloc(0);

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a webhook's route, once it is known to exist. */
    webhookTarget: WebhookTarget | null;
  }
}

const receiveWebhook = operation({
  summary: 'Receive an event: starts a run of the deployed pattern behind this endpoint',
  tag: 'webhooks',
  errors: 'nested',
  limit: 'webhook',
  status: 202,
  bodyLimit: MIB,
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
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
        done(null, body);
      });
      scope.decorateRequest('webhookTarget', null);
      scope.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
      for (const url of PATHS) {
        scope.route<Route>({
          method: [...METHODS],
          url,
          config: { access: { kind: 'public' }, operation: receiveWebhook },
          onRequest: this.find,
          handler: this.receive,
        });
      }
    });
  }

  /** Before the body is read: an unknown endpoint is told so whatever is sent. */
  private readonly find = (
    request: FastifyRequest<Route>,
    _reply: FastifyReply,
    done: (error?: Error) => void,
  ): void => {
    const { webhookId } = request.params;
    const known = this.targets.peek(webhookId);
    if (known !== undefined) return done(found(request, known));
    this.targets.resolve(webhookId).then(
      (target) => done(found(request, target)),
      (error: unknown) => done(error as Error),
    );
  };

  private readonly receive = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { webhookTarget: target, method, url, headers, query } = request;
    if (!target) throw unknown();
    const gone = target.responseMode === 'immediate' ? NEVER : goneSignal(reply);
    const body = Buffer.isBuffer(request.body) ? request.body : NO_BODY;
    const answer = await this.intake.take({
      target,
      method,
      url,
      headers,
      query,
      body,
      signal: gone,
    });
    this.outcomes.inc({ outcome: answer.outcome });
    reply.code(answer.status).type('application/json; charset=utf-8');
    if (answer.headers) reply.headers(answer.headers);
    return reply.send(answer.body);
  };

  /** Also refusals of Fastify itself are nested here (contracts/automation.md E.3); only a 429 or a bug is flat. */
  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error);
    this.outcomes.inc({ outcome: outcomeOf(problem.status, problem.code) });
    const ours = error instanceof HttpProblem || problem.status === 500 || !problem.global;
    const { status, code, message } = problem;
    sendError(ours ? error : new HttpProblem(status, code, message), request, reply, this.logger);
  }
}

/** For senders who do not wait. */
const NEVER = new AbortController().signal;

function goneSignal(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once('close', () => abort.abort());
  return abort.signal;
}

function found(request: FastifyRequest, target: WebhookTarget | null): HttpProblem | undefined {
  request.webhookTarget = target;
  return target ? undefined : unknown();
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
