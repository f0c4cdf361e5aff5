import { UnavailableError } from '@runnel/errors';

import {
  type JetStreamApi,
  JetStreamApiError,
  NAME_IN_USE,
  type StreamConfig,
  type StreamInfo,
} from './jetstream-api';
import type { ServerFeatures } from './server-version';
import { streamName, streamSubjects } from './subjects';

const SHARDS = 'runnel.shards';

export interface StreamPlan {
  readonly shards: number;
  readonly replicas: number;
  readonly features: ServerFeatures;
}

/**
 * Creates the shards' streams, or finds them as they should be. Any number of processes may do it at once.
 * Throws UnavailableError with a sentence that says what to do when a stream differs from what the log needs.
 */
export async function provisionStreams(api: JetStreamApi, plan: StreamPlan): Promise<void> {
  for (let shard = 0; shard < plan.shards; shard += 1) await provisionStream(api, shard, plan);
}

async function provisionStream(api: JetStreamApi, shard: number, plan: StreamPlan): Promise<void> {
  const wanted = streamConfig(shard, plan);
  const found = await createOrFind(api, wanted);
  assertShards(found.config, plan.shards);
  if (driftOf(found.config, wanted).length === 0) return;
  // A server that has learned batches or TTLs since the stream was made: the flags may be added later.
  const upgraded = await upgrade(api, found.config, wanted);
  const drift = driftOf(upgraded, wanted);
  if (drift.length > 0) {
    throw new UnavailableError(
      'nats',
      `stream ${wanted.name} differs from what the log needs in ${drift.join(', ')}: correct it with ` +
        '`nats stream edit`, or move it away and start on an empty data folder',
    );
  }
}

function streamConfig(shard: number, plan: StreamPlan): StreamConfig {
  return {
    name: streamName(shard),
    subjects: streamSubjects(shard),
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_age: 0,
    max_msgs_per_subject: -1,
    deny_delete: true,
    deny_purge: false,
    allow_direct: true,
    num_replicas: plan.replicas,
    metadata: { [SHARDS]: String(plan.shards) },
    ...(plan.features.atomicBatches ? { allow_atomic: true } : {}),
    ...(plan.features.messageTtl ? { allow_msg_ttl: true } : {}),
  };
}

async function createOrFind(api: JetStreamApi, wanted: StreamConfig): Promise<StreamInfo> {
  try {
    return await api.createStream(wanted);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.errCode === NAME_IN_USE) {
      return api.streamInfo(wanted.name);
    }
    throw refusal(wanted.name, error);
  }
}

async function upgrade(
  api: JetStreamApi,
  found: StreamConfig,
  wanted: StreamConfig,
): Promise<StreamConfig> {
  const flags = {
    ...(wanted['allow_atomic'] === true ? { allow_atomic: true } : {}),
    ...(wanted['allow_msg_ttl'] === true ? { allow_msg_ttl: true } : {}),
  };
  try {
    return (await api.updateStream({ ...found, ...flags })).config;
  } catch (error) {
    throw refusal(wanted.name, error);
  }
}

function refusal(name: string, cause: unknown): unknown {
  if (!(cause instanceof JetStreamApiError)) return cause;
  return new UnavailableError(
    'nats',
    `nats-server refuses stream ${name}: ${cause.description}. Check that JetStream is on, has disk space, and that no other stream holds its subjects`,
    { cause },
  );
}

function assertShards(config: StreamConfig, shards: number): void {
  const metadata = (config['metadata'] ?? {}) as Readonly<Record<string, string>>;
  const existing = metadata[SHARDS];
  if (existing === String(shards)) return;
  throw new UnavailableError(
    'nats',
    existing === undefined
      ? `stream ${config.name} exists and is not Runnel's: move it away or use another nats-server`
      : `the log was made with ${existing} shards and RUNNEL_SHARDS says ${shards}: set it back, the number is fixed at first start`,
  );
}

/** Names of the fields in which a stream is not what the log needs. A dropped flag is absent from the answer. */
function driftOf(found: StreamConfig, wanted: StreamConfig): string[] {
  return Object.entries(wanted)
    .filter(([field, value]) => field !== 'metadata' && !sameValue(found[field], value))
    .map(([field]) => field);
}

function sameValue(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && sorted(found) === sorted(wanted);
  }
  return (found ?? false) === wanted || found === wanted;
}

function sorted(list: readonly unknown[]): string {
  return list.map(String).sort().join();
}
