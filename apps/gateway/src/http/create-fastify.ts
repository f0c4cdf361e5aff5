import type { Socket } from 'node:net';

import { newId } from '@runnel/ids';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';

import type { GatewayConfig } from '../config';
import { errorBody } from './errors/error-body';
import { HttpProblem } from './errors/problem';
import { suppliedRequestId } from './request-id';
import { SECURITY_HEADERS } from './security-headers';

const MIB = 1_024 * 1_024;
/** A client that takes longer to send its request is not trying. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time-outs of usual proxies, so that they never race us to close. */
const KEEP_ALIVE_MS = 72_000;
/** Ids are below 64 characters; what is longer is not ours. */
const MAX_PARAMETER = 200;

/** The HTTP server, without routes. */
export function createFastify(config: GatewayConfig): FastifyInstance {
  return fastify({
    logger: false,
    bodyLimit: MIB,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies(config.RUNNEL_TRUST_PROXY),
    routerOptions: { maxParamLength: MAX_PARAMETER },
    requestIdHeader: false,
    genReqId: ({ headers }) => suppliedRequestId(headers) ?? newId('request'),
    frameworkErrors: (error, request, reply) => {
      const problem = new HttpProblem(error.statusCode ?? 400, 'BAD_REQUEST', 'malformed request');
      void (reply as FastifyReply)
        .code(problem.status)
        .headers(SECURITY_HEADERS)
        .send(errorBody('flat', problem, request.id));
    },
    clientErrorHandler: answerUnreadable,
  });
}

/** Fastify's `trustProxy` from `off`, a number of hops, or a list of addresses. */
function trustedProxies(text: string): boolean | number | string {
  if (text === 'off' || text === '0') return false;
  return /^\d{1,2}$/.test(text) ? Number(text) : text;
}

/** A request that Node's parser refuses never becomes one: its socket gets a plain answer and is closed. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, reason, code } = UNREADABLE[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify({ success: false, error: reason.toLowerCase(), code });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const MALFORMED = { status: 400, reason: 'Bad Request', code: 'BAD_REQUEST' };
const UNREADABLE: Readonly<Record<string, typeof MALFORMED>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, reason: 'Request Timeout', code: 'REQUEST_TIMEOUT' },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    code: 'HEADERS_TOO_LARGE',
  },
};
