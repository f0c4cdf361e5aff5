export { connectRunLog } from './connect-run-log';
export type { ConnectRunLogOptions } from './connect-run-log';
export type { CommitDecoder } from './entry-codec';
export { JetStreamRunLog } from './jetstream-run-log';
export type { LogLimits } from './jetstream-run-log';
export type { LogStats } from './log-stats';
export { MemoryRunLog } from './memory-run-log';
export type { MemoryRunLogOptions } from './memory-run-log';
export { LostEntriesError } from './ordered-feed';
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
