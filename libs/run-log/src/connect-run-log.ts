import { decodeCommit } from '@runnel/run-domain';
import { type NatsConnection, nuid } from 'nats';

import { delay } from './backoff';
import { ConnectionWatch } from './connection-watch';
import type { CommitDecoder } from './entry-codec';
import { fnv1a } from './fnv1a';
import { HistoryReader } from './history-reader';
import { JetStreamApi } from './jetstream-api';
import { JetStreamRunLog, type LogLimits } from './jetstream-run-log';
import { newLogStats } from './log-stats';
import { OutputBuffer } from './output-buffer';
import { assertPayloadRoom } from './payload-room';
import { provisionStreams } from './provision-streams';
import { ReplyInbox } from './reply-inbox';
import { durabilityOf } from './durability';
import { featuresOf } from './server-version';
import { ShardWriter } from './shard-writer';
import { outputSubject } from './subjects';

export interface ConnectRunLogOptions extends Partial<LogLimits> {
  /** A connection of its own or a shared one; the log does not close it. It must reconnect for ever. */
  readonly connection: NatsConnection;
  /** `RUNNEL_SHARDS`: fixed at first start. */
  readonly shards: number;
  /** Copies of each stream; 3 or more is durable without a sync. Default 1. */
  readonly replicas?: number;
  /**
   * How the operator says that the servers sync (`sync_interval`). A client cannot ask for it, so it has to
   * be told; anything but `always` counts as `interval`.
   */
  readonly declaredSync?: 'always' | 'interval';
  /** Validates and upcasts stored commits; default `decodeCommit` of run-domain. */
  readonly decode?: CommitDecoder;
  /** False appends one by one although the server has atomic batches. */
  readonly batches?: boolean;
  /** Messages that have to queue up before a batch is cheaper than singles. */
  readonly batchFrom?: number;
  /** How long output is kept, in seconds, where the server has per-message TTLs. Default 30 days. */
  readonly outputTtlSeconds?: number;
  /** Milliseconds for which storing a message of output is tried before it is dropped. Default 10,000. */
  readonly outputGiveUpMs?: number;
  /** Milliseconds without an acknowledgement after which an append's outcome is looked up. */
  readonly ackTimeoutMs?: number;
}

const OUTPUT_TTL_SECONDS = 30 * 24 * 60 * 60;
/** Measured: a batch costs the server as much as 12 pipelined singles (docs of the append benchmark). */
const BATCH_FROM = 12;
/** Measured at 256 in flight: one batch of 256 stores a third more than batches of 200; the server's limit is 1,000. */
const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 900 * 1024;
const SINGLES_WITHOUT_BATCHES = 256;

const LIMITS: LogLimits = {
  maxWaiting: 20_000,
  maxWaitingBytes: 256 * 1024 * 1024,
  appendTimeoutMs: 15_000,
  tailWindow: 512,
  heartbeatMs: 5_000,
};

/**
 * Checks the server, makes the log's streams or finds them as they should be, and returns the log.
 * @throws UnavailableError, with a sentence that says what to do, when the server or a stream is not fit
 */
export async function connectRunLog(options: ConnectRunLogOptions): Promise<JetStreamRunLog> {
  const { connection, shards, replicas = 1, decode = decodeCommit } = options;
  const serverVersion = connection.info?.version ?? '';
  assertPayloadRoom(connection.info?.max_payload);
  const features = featuresOf(serverVersion);
  const watch = new ConnectionWatch(connection);
  const api = new JetStreamApi(connection, watch);
  await provisionStreams(api, { shards, replicas, features });

  const stats = newLogStats();
  const inbox = new ReplyInbox(connection, watch, options.ackTimeoutMs ?? 5_000);
  const shardOf = (runId: string): number => fnv1a(runId) % shards;
  const atomicBatches = features.atomicBatches && options.batches !== false;
  const writers = Array.from({ length: shards }, () => {
    return new ShardWriter({
      inbox,
      stats,
      batchPrefix: `${nuid.next()}-`,
      batchFrom: atomicBatches ? (options.batchFrom ?? BATCH_FROM) : Infinity,
      maxBatch: MAX_BATCH,
      maxBatchBytes: MAX_BATCH_BYTES,
      maxSingles: atomicBatches ? (options.batchFrom ?? BATCH_FROM) : SINGLES_WITHOUT_BATCHES,
      isUp: () => watch.up,
    });
  });
  const output = new OutputBuffer({
    writerOf: (shard) => writers[shard] as ShardWriter,
    shardOf,
    subjectOf: outputSubject,
    stats,
    headers: features.messageTtl
      ? `Nats-TTL: ${options.outputTtlSeconds ?? OUTPUT_TTL_SECONDS}s\r\n`
      : '',
    coalesceMs: 20,
    maxBytes: 16 * 1024,
    maxHeldBytes: 64 * 1024 * 1024,
    giveUpMs: options.outputGiveUpMs ?? 10_000,
  });
  const capabilities = {
    serverVersion,
    atomicBatches,
    messageTtl: features.messageTtl,
    replicas,
    durability: durabilityOf(replicas, options.declaredSync),
  };
  const history = new HistoryReader({ inbox, shardOf, decode, pages: features.pagedReads });
  const limits = { ...LIMITS, ...defined(options) };
  return new JetStreamRunLog(shards, capabilities, {
    connection,
    api,
    inbox,
    watch,
    writers,
    output,
    history,
    stats,
    delay,
    decode,
    limits,
  });
}

function defined(options: Partial<LogLimits>): Partial<LogLimits> {
  return Object.fromEntries(
    Object.keys(LIMITS)
      .map((name) => [name, options[name as keyof LogLimits]] as const)
      .filter(([, value]) => value !== undefined),
  );
}
