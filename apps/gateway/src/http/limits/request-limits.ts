import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@runnel/clock';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CONFIG, type GatewayConfig } from '../../config';
import { HttpProblem } from '../errors/problem';
import type { LimitName } from '../route-declaration';
import { clientAddress } from './client-address';
import { RateLimiter, type Verdict } from './rate-limiter';

const WINDOW_MS = 60_000;

type Counted = Exclude<LimitName, 'unlimited'>;

/** Whether a counter is of the caller; the others are of the client's address. */
const PER_CALLER: Readonly<Record<Counted, boolean>> = {
  webhook: false,
  login: false,
  refresh: false,
  read: true,
  write: true,
  execute: true,
  transpile: true,
};

/** The rate limits of contracts/automation.md A.6, per process. */
@Injectable()
export class RequestLimits {
  private readonly limiters: Readonly<Record<Counted | 'credential', RateLimiter>> | undefined;

  constructor(
    @Inject(CONFIG) config: GatewayConfig,
    private readonly clock: Clock,
  ) {
    const limiter = (perMinute: number): RateLimiter => new RateLimiter(perMinute, WINDOW_MS);
    this.limiters = config.RUNNEL_RATE_LIMITS
      ? {
          webhook: limiter(config.RUNNEL_RATE_LIMIT_WEBHOOK),
          login: limiter(config.RUNNEL_RATE_LIMIT_LOGIN),
          refresh: limiter(config.RUNNEL_RATE_LIMIT_REFRESH),
          read: limiter(config.RUNNEL_RATE_LIMIT_READ),
          write: limiter(config.RUNNEL_RATE_LIMIT_WRITE),
          execute: limiter(config.RUNNEL_RATE_LIMIT_EXECUTE),
          transpile: limiter(config.RUNNEL_RATE_LIMIT_TRANSPILE),
          credential: limiter(config.RUNNEL_RATE_LIMIT_CREDENTIAL),
        }
      : undefined;
  }

  /** Counts the request by what its route declares. Throws HttpProblem 429 RATE_LIMITED. */
  check(request: FastifyRequest, reply: FastifyReply): void {
    if (!this.limiters) return;
    const declared = request.routeOptions.config.operation?.limit;
    const name = declared ?? (request.method === 'GET' ? 'read' : 'write');
    if (name === 'unlimited') return;
    const verdict = this.limiters[name].hit(subjectOf(request, PER_CALLER[name]), this.clock.now());
    reply.header('x-ratelimit-limit', verdict.limit);
    reply.header('x-ratelimit-remaining', verdict.remaining);
    reply.header('x-ratelimit-reset', Math.ceil(verdict.resetsAt / 1_000));
    this.assertAllowed(verdict);
  }

  /** Counts a socket that is opened as one read of its caller. Throws HttpProblem 429 RATE_LIMITED. */
  checkUpgrade(callerId: string): void {
    if (this.limiters) this.assertAllowed(this.limiters.read.hit(callerId, this.clock.now()));
  }

  /**
   * Counts a credential that this process does not know, before another service is asked for it: who guesses
   * keys is not to cost more than that.
   * @returns to be called when it turns out to be good
   * @throws HttpProblem 429 RATE_LIMITED
   */
  checkUnknownCredential(address: string): () => void {
    const limiter = this.limiters?.credential;
    if (!limiter) return () => undefined;
    this.assertAllowed(limiter.hit(address, this.clock.now()));
    return () => limiter.giveBack(address);
  }

  private assertAllowed({ allowed, resetsAt }: Verdict): void {
    if (allowed) return;
    const seconds = Math.max(1, Math.ceil((resetsAt - this.clock.now()) / 1_000));
    throw new HttpProblem(429, 'RATE_LIMITED', `too many requests; try again in ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
      global: true,
    });
  }
}

function subjectOf(request: FastifyRequest, perCaller: boolean): string {
  const { identity } = request;
  return perCaller && identity ? identity.id : clientAddress(request.ip);
}
