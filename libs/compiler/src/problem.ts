/** What is wrong, or doubtful, in a graph (contracts/automation.md B.7). */
export interface GraphProblem {
  /** The node it belongs to; empty when it belongs to none. */
  readonly nodeId: string;
  readonly message: string;
  readonly code: ErrorCode | WarningCode;
}

export type ErrorCode =
  | 'PIN_NOT_CONNECTED'
  | 'TYPE_MISMATCH'
  | 'EXEC_DATA_MIX'
  | 'DATA_CYCLE'
  | 'NO_TRIGGER'
  | 'UNKNOWN_NODE'
  | 'UNKNOWN_PIN'
  | 'DANGLING_EDGE'
  | 'DUPLICATE_ID'
  | 'DUPLICATE_INPUT'
  | 'BAD_PROPERTY';

export type WarningCode =
  | 'UNREACHABLE_NODE'
  | 'EXEC_FAN_OUT'
  | 'UNUSED_VARIABLE'
  | 'LOSSY_COERCION'
  | 'RESPOND_NOT_AWAITED'
  | 'UNKNOWN_PINNED_NODE'
  | 'BREAKPOINTS_UNSUPPORTED';
