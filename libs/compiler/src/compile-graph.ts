import type { GraphData } from '@runnel/definitions';
import { emitProgram } from './emit-program';
import { freezeNodes } from './freeze-nodes';
import { buildModel } from './graph-model';
import type { GraphProblem } from './problem';
import { triggerNodes } from './trigger-nodes';
import type { TriggerNode } from './trigger-nodes';
import { validateModel } from './validate-graph';
import type { ValidateOptions } from './validate-graph';
import { webhookNodes } from './webhook-nodes';
import type { WebhookNode } from './webhook-nodes';

export interface CompileOptions extends ValidateOptions {
  /** The run tells the inputs of its nodes, too. */
  readonly trace?: boolean;
  /** Node ids to pause at. Accepted with a warning: programs do not pause yet. */
  readonly breakpoints?: readonly string[];
  /** Client JSON `{nodeId: {pin: value, $exec?: pin}}`: frozen outputs of nodes that are not executed (B.9). */
  readonly pinnedNodes?: unknown;
}

export type CompileResult =
  | {
      readonly ok: true;
      /** Script whose completion value is `async function run(rt)`; runs after RUNTIME_PRELUDE in the sandbox. */
      readonly code: string;
      readonly warnings: readonly GraphProblem[];
      readonly triggers: readonly TriggerNode[];
      readonly webhookNodes: readonly WebhookNode[];
    }
  | {
      readonly ok: false;
      readonly errors: readonly GraphProblem[];
      readonly warnings: readonly GraphProblem[];
    };

/**
 * Validates a graph (that has passed `parseGraph`) and writes it as readable JavaScript, byte for byte the same for the same
 * graph. User text appears in it only as literals. Never throws for a bad graph: the result says all that is wrong.
 */
export function compileGraph(graph: GraphData, options: CompileOptions = {}): CompileResult {
  const original = buildModel(graph);
  const verdict = validateModel(original);
  const { model, ...pins } = freezeNodes(original, options.pinnedNodes);
  const errors = [...verdict.errors, ...pins.errors];
  const warnings = [...verdict.warnings, ...pins.warnings, ...breakpointWarnings(options)];
  if (errors.length > 0) return { ok: false, errors, warnings };
  return {
    ok: true,
    code: emitProgram(model, { trace: options.trace === true }),
    warnings,
    triggers: triggerNodes(model),
    webhookNodes: webhookNodes(original),
  };
}

function breakpointWarnings(options: CompileOptions): GraphProblem[] {
  if (options.breakpoints === undefined || options.breakpoints.length === 0) return [];
  const message = 'Breakpoints are not supported yet: the run does not pause';
  return [{ nodeId: '', message, code: 'BREAKPOINTS_UNSUPPORTED' }];
}
