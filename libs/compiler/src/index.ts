export { compileGraph } from './compile-graph';
export type { CompileOptions, CompileResult, TriggerNode } from './compile-graph';
export type { ErrorCode, GraphProblem, WarningCode } from './problem';
export { readsEnvironment } from './reads-environment';
export { RUNTIME_PRELUDE } from './runtime-prelude';
export { validateGraph } from './validate-graph';
export type { GraphVerdict, ValidateOptions } from './validate-graph';
export type { WebhookNode } from './webhook-nodes';
export type { GuestHost, GuestRequest } from './runtime/guest-types';
