import { COMPILE_LIBRARY } from './compile-library';
import { givenValue } from './constant-input';
import { dataInputs } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** Expressions (B.6) that are known before the run: their syntax and the names they use. */
export function checkExpressions(model: GraphModel): GraphProblem[] {
  return [...model.nodes.values()]
    .filter((node) => !node.isDisabled)
    .flatMap((node) => {
      const text = knownExpression(node);
      const message = text === undefined ? undefined : problemOf(node, text);
      return message === undefined ? [] : [{ nodeId: node.id, message, code: 'BAD_PROPERTY' }];
    });
}

/** The names that an expression reads; none where it does not parse. */
export function expressionNames(text: string): readonly string[] {
  try {
    return COMPILE_LIBRARY.parseExpression(text, '').names;
  } catch {
    return [];
  }
}

/** Undefined where the expression comes over a wire. */
function knownExpression(node: ModelNode): string | undefined {
  const { input, property } = node.spec.expression ?? {};
  const pin = node.inputs.get(input ?? '');
  if (pin !== undefined && node.wiresIn.has(pin.name)) return undefined;
  const value =
    pin === undefined ? node.node.data.properties[property ?? ''] : givenValue(node, pin);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function problemOf(node: ModelNode, text: string): string | undefined {
  const allowed = node.spec.expression?.names ?? dataInputs(node).map((pin) => pin.name);
  try {
    const { names } = COMPILE_LIBRARY.parseExpression(text, '');
    const unknown = names.find((name) => !allowed.includes(name));
    return unknown === undefined ? undefined : `Unknown name '${unknown}' in the expression`;
  } catch (error) {
    return (error as Error).message;
  }
}
