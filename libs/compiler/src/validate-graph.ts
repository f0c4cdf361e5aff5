import type { GraphData } from '@runnel/definitions';
import { checkCycles } from './check-cycles';
import { checkEdges } from './check-edges';
import { checkExpressions } from './check-expressions';
import { checkLoopExits, flowWarnings } from './check-flow';
import { checkNodes } from './check-nodes';
import { checkVariables } from './check-variables';
import { checkScheduleCount } from './trigger-nodes';
import { buildModel } from './graph-model';
import type { GraphModel } from './graph-model';
import type { GraphProblem } from './problem';

export interface GraphVerdict {
  /** Empty for a graph that compiles. */
  readonly errors: readonly GraphProblem[];
  readonly warnings: readonly GraphProblem[];
}

export interface ValidateOptions {
  /** Node definitions that a client sent. Never consulted: the server's own always win (B.8). */
  readonly nodeDefinitions?: unknown;
}

/**
 * Every error and warning of a graph at once, texts and codes as contracts/automation.md B.7 lists them. The graph has
 * passed `parseGraph`.
 */
export function validateGraph(graph: GraphData, _options: ValidateOptions = {}): GraphVerdict {
  return validateModel(buildModel(graph));
}

/** `validateGraph` for a graph that is resolved already. */
export function validateModel(model: GraphModel): GraphVerdict {
  const variables = checkVariables(model);
  return {
    errors: [
      ...checkNodes(model),
      ...checkEdges(model),
      ...checkCycles(model),
      ...checkLoopExits(model),
      ...checkExpressions(model),
      ...checkScheduleCount(model),
      ...variables.errors,
    ],
    warnings: [...flowWarnings(model), ...variables.warnings],
  };
}
