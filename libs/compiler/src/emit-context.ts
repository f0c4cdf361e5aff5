import { nextNodes } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { PurePlan } from './pure-plan';

/** What every piece of the generated program is written from. */
export interface EmitContext {
  readonly model: GraphModel;
  /** Function name by node id. */
  readonly names: ReadonlyMap<string, string>;
  readonly plans: ReadonlyMap<string, PurePlan>;
}

/** The function name of a node; every node that is written has one. */
export function nameOf(context: EmitContext, node: ModelNode): string {
  return context.names.get(node.id) ?? 'undefined';
}

/** What follows an execution output, as an expression to return: a function, several in order, or `undefined`. */
export function nextExpression(context: EmitContext, node: ModelNode, pin: string): string {
  const names = nextNodes(context.model, node, pin).map((next) => nameOf(context, next));
  if (names.length > 1) return `rt.inOrder([${names.join(', ')}])`;
  return names[0] ?? 'undefined';
}

/** What follows an execution output, as the chain that a construct runs. */
export function chainExpression(context: EmitContext, node: ModelNode, pin: string): string {
  const next = nextExpression(context, node, pin);
  return next.startsWith('rt.') ? `() => ${next}` : next;
}

/** `return …;` for what follows, or nothing at the end of a chain. */
export function returnNext(context: EmitContext, node: ModelNode, pin: string): string[] {
  const next = node.outputs.has(pin) ? nextExpression(context, node, pin) : 'undefined';
  return next === 'undefined' ? [] : [`return ${next};`];
}
