import { Inject, Injectable } from '@nestjs/common';
import { EgressClient } from '@runnel/egress';
import { DomainError, isAppError, UnavailableError } from '@runnel/errors';
import { z } from 'zod';

import { CONFIG, type DeploymentsConfig, type GithubConfig } from '../../config';
import { GithubClient, type GithubUser } from '../application/github-client.port';

const TIMEOUT_MS = 4_000;
const MAX_RESPONSE_BYTES = 256 * 1024;

const token = z.object({ access_token: z.string().min(1).max(1_000) });
const user = z.object({
  id: z.int(),
  login: z.string().min(1).max(100),
  name: z.string().max(300).nullish(),
});
const emails = z
  .array(z.object({ email: z.email().max(254), primary: z.boolean(), verified: z.boolean() }))
  .max(100);

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

@Injectable()
export class EgressGithubClient extends GithubClient {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'github'>,
    private readonly egress: EgressClient,
  ) {
    super();
  }

  async identify(code: string): Promise<GithubUser> {
    const { github } = this.config;
    if (!github) {
      const message = 'login with GitHub is not configured; the operator sets RUNNEL_GITHUB_*';
      throw new DomainError('OAUTH_NOT_CONFIGURED', message);
    }
    const { access_token } = await this.ask(exchange(github, code), token);
    const headers = { authorization: `Bearer ${access_token}` };
    const { apiUrl } = github;
    const found = await this.ask({ method: 'GET', url: `${apiUrl}/user`, headers }, user);
    const listed = await this.ask({ method: 'GET', url: `${apiUrl}/user/emails`, headers }, emails);
    const email = listed.find(({ primary, verified }) => primary && verified)?.email;
    if (email === undefined) throw failed('the GitHub account has no verified primary e-mail');
    const name = found.name?.trim();
    return { id: String(found.id), name: name ? name : found.login, email };
  }

  private async ask<S extends z.ZodType>(call: Call, schema: S): Promise<z.output<S>> {
    const { status, body } = await this.send(call);
    if (status >= 500) throw unavailable(`status ${status}`);
    const parsed = schema.safeParse(parse(body.toString('utf8')));
    // GitHub answers 200 with an error for a code that is wrong or was used.
    if (status === 200 && parsed.success) return parsed.data;
    throw failed('GitHub did not accept the code; start the login again');
  }

  private async send(call: Call) {
    try {
      return await this.egress.request({
        ...call,
        headers: { accept: 'application/json', 'user-agent': 'runnel', ...call.headers },
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        maxRedirects: 0,
      });
    } catch (error) {
      throw isAppError(error) ? unavailable(error.code, error) : error;
    }
  }
}

function exchange({ url, clientId, clientSecret }: GithubConfig, code: string): Call {
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret.reveal(),
    code,
  });
  return {
    method: 'POST',
    url: `${url}/login/oauth/access_token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an error page: told apart by its status
  }
}

function failed(message: string): DomainError {
  return new DomainError('OAUTH_FAILED', message);
}

function unavailable(why: string, cause?: unknown): UnavailableError {
  return new UnavailableError('github', `GitHub cannot be asked now (${why}); try again shortly`, {
    cause,
  });
}
