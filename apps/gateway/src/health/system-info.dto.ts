import type { App, ResponseOf } from '@runnel/messaging';
import type { RunLog } from '@runnel/run-log';
import { z } from 'zod';

import type { GatewayConfig } from '../config';
import { operation } from '../http/route-declaration';
import { VERSION } from '../version';

const health = z.string().meta({ description: '`ok`, or why it is not ready' });
const unlessAway = 'null while metrics cannot say';

const systemInfo = z.object({
  version: z.string(),
  profile: z.enum(['local', 'production']),
  durability: z.enum(['fsync', 'replicated', 'interval']).meta({
    description:
      'how an acknowledged event is kept: synced to disk, on three servers or more, or synced in intervals',
  }),
  shards: z.int(),
  replicas: z.int(),
  nats: z.object({
    version: z.string(),
    atomic_batches: z.boolean().meta({ description: 'whether appends are grouped' }),
    message_ttl: z.boolean().meta({ description: 'whether output expires' }),
  }),
  services: z.object({
    gateway: health,
    deployments: health,
    executor: health,
    scheduler: health,
    metrics: health,
  }),
  db_size: z
    .int()
    .nullable()
    .meta({ description: `bytes; ${unlessAway}` }),
  db_size_mb: z.string().nullable(),
  active_runs: z
    .int()
    .nullable()
    .meta({ description: `of the caller's project; ${unlessAway}` }),
  queued_runs: z.int().nullable(),
});

export type SystemInfoResponse = z.output<typeof systemInfo>;

export const getSystemInfo = operation({
  tag: 'operations',
  errors: 'flat',
  summary:
    'What this installation runs with, how durable it is, and whether its services are ready',
  response: systemInfo,
});

/** What is known where; `summary` is absent while metrics cannot say. */
export interface SystemFacts {
  readonly config: GatewayConfig;
  readonly log: Pick<RunLog, 'shards' | 'capabilities'>;
  readonly services: Readonly<Record<App, string>>;
  readonly summary: ResponseOf<'svc.metrics.system-summary'> | undefined;
}

/** contracts/pipelines.md C.17, in the reference's words, with what it does not tell of besides. */
export function toSystemInfo({ config, log, services, summary }: SystemFacts): SystemInfoResponse {
  const { durability, replicas, serverVersion, atomicBatches, messageTtl } = log.capabilities;
  return {
    version: VERSION,
    profile: config.RUNNEL_PROFILE,
    durability,
    shards: log.shards,
    replicas,
    nats: { version: serverVersion, atomic_batches: atomicBatches, message_ttl: messageTtl },
    services: { ...services },
    db_size: summary?.databaseBytes ?? null,
    db_size_mb: summary ? megabytes(summary.databaseBytes) : null,
    active_runs: summary?.activeRuns ?? null,
    queued_runs: summary?.queuedRuns ?? null,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(2)} MB`;
}
