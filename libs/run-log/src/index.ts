export { connectRunLog } from './connect-run-log';
export type { ConnectRunLogOptions } from './connect-run-log';
export { decideAndAppend } from './decide-and-append';
export type { CommandFrame, CommandResult, DecideOptions, RunDecision } from './decide-and-append';
export { durabilityOf } from './durability';
export type { CommitDecoder } from './entry-codec';
export { IdempotencyKeys } from './idempotency-keys.port';
export type { Reservation } from './idempotency-keys.port';
export { JetStreamRunLog } from './jetstream-run-log';
export type { LogLimits } from './jetstream-run-log';
export type { LogStats } from './log-stats';
export { MemoryIdempotencyKeys } from './memory-idempotency-keys';
export { MemoryPayloadStore } from './memory-payload-store';
export { MemoryRunLog } from './memory-run-log';
export type { MemoryRunLogOptions } from './memory-run-log';
export { MemoryWorkQueue } from './memory-work-queue';
export { connectIdempotencyKeys } from './nats-idempotency-keys';
export type { IdempotencyKeysOptions } from './nats-idempotency-keys';
export { connectPayloadStore } from './nats-payload-store';
export type { PayloadStoreOptions } from './nats-payload-store';
export { connectWorkQueue } from './nats-work-queue';
export type { WorkQueueOptions } from './nats-work-queue';
export { LostEntriesError } from './ordered-feed';
export { PayloadStore } from './payload-store.port';
export type { PayloadOwner } from './payload-store.port';
export { formatPosition, parsePosition } from './position';
export { RunLog } from './run-log.port';
export type {
  AppendOptions,
  CommitEntry,
  Durability,
  LogCapabilities,
  LogEntry,
  OutputEntry,
  Position,
  RunHistory,
  TailOptions,
} from './run-log.port';
export { WorkQueue } from './work-queue.port';
export type { ConsumeOptions, WorkConsumer, WorkItem } from './work-queue.port';
