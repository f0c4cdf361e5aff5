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
