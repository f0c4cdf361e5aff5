import { UnavailableError } from '@runnel/errors';
import { connect, type NatsConnection } from 'nats';

export type { NatsConnection } from 'nats';

/** Injection token of the process's own NATS connection (log, notices, heartbeats). */
export const NATS = Symbol('NATS');

/** Options that every connection of ours uses: it never gives up, and says who it is. */
export function natsOptions(url: string, name: string) {
  return {
    servers: url.split(','),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    waitOnFirstConnect: true,
    pingInterval: 10_000,
    maxPingOut: 3,
  };
}

/**
 * Connects, waiting for the server to come up.
 * @throws UnavailableError when the URL or the credentials are refused
 */
export async function connectNats(url: string, name: string): Promise<NatsConnection> {
  try {
    return await connect(natsOptions(url, name));
  } catch (cause) {
    throw new UnavailableError('nats', 'cannot connect to NATS; check RUNNEL_NATS_URL', { cause });
  }
}
