import { startTestNats, type TestNats } from '@runnel/testing';

import { FakeServices } from './fake-services';
import { type Answer, send } from './http';
import { startGateway, type TestGateway } from './start-gateway';

/** A gateway with a NATS of its own and stand-ins for the other services. */
export interface RunningGateway {
  readonly nats: TestNats;
  readonly services: FakeServices;
  readonly gateway: TestGateway;
  readonly url: string;
  get<T = Record<string, unknown>>(path: string, token?: string): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Answer<T>>;
  stop(): Promise<void>;
}

/** Starts all of it; tokens are valid and keys unknown unless a test says otherwise. */
export async function startAll(
  env: Readonly<Record<string, string>> = {},
): Promise<RunningGateway> {
  const nats = await startTestNats();
  const services = await FakeServices.start(nats.url);
  services.answer('svc.deployments.is-token-revoked', () => ({ revoked: false }));
  services.answer('svc.deployments.resolve-api-key', () => ({ identity: null }));
  const gateway = await startGateway(nats.url, env);
  const url = gateway.baseUrl;
  const admin = gateway.token();
  return {
    nats,
    services,
    gateway,
    url,
    get: (path, token = admin) => send(`${url}${path}`, { token }),
    post: (path, body, token = admin) => send(`${url}${path}`, { method: 'POST', body, token }),
    stop: async () => {
      await gateway.stop();
      await services.stop();
      await nats.stop();
    },
  };
}
