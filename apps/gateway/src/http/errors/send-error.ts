import type { Logger } from '@runnel/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { errorBody } from './error-body';
import { problemOf } from './problem';

/**
 * Answers with an error in the shape that the route declared; flat where no route was found
 * (contracts/automation.md A.3). What is our fault is logged here, once, with its stack.
 */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  const problem = problemOf(error);
  const route = request.is404 ? undefined : request.routeOptions;
  if (problem.status === 500) {
    logger.error({ err: error, requestId: request.id, route: route?.url }, 'request failed');
  }
  if (reply.sent) return;
  const declared = route?.config.operation?.errors ?? 'flat';
  const shape = problem.global === true && declared === 'nested' ? 'flat' : declared;
  void reply
    .code(problem.status)
    .headers(problem.headers ?? {})
    .type('application/json; charset=utf-8')
    .send(errorBody(shape, problem, request.id));
}
