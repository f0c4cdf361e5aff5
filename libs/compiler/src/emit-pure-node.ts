import { codeProgram } from '@runnel/definitions';
import { expressionNames } from './check-expressions';
import { constantFor } from './constant-input';
import type { EmitContext } from './emit-context';
import { inputExpression, inputsObject } from './emit-inputs';
import { codeObject, functionText } from './emit-text';
import type { ModelNode } from './graph-model';
import { literal } from './literal';

/** The function of a pure node: computes its value when a reader asks (B.3). */
export function emitPureNode(context: EmitContext, node: ModelNode): string {
  const plan = context.plans.get(node.id);
  const id = literal(node.id);
  const value = valueExpression(context, node);
  const isAsync = plan?.isAsync === true;
  const isShared = plan?.isShared === true;
  const awaited = isAsync && node.spec.behaviour.kind === 'code' && isShared;
  const lines = [
    ...(isShared ? [`if (pull.has(${id})) return pull.get(${id});`] : []),
    ...(plan?.startsFreshStack === true ? ['await null; // a fresh stack: the tree is deep'] : []),
    isShared
      ? `return rt.keep(pull, ${id}, ${awaited ? 'await ' : ''}${value});`
      : `return ${value};`,
  ];
  const parameters = plan?.needsPull === true ? 'pull' : '';
  return functionText(context, node, { isAsync, parameters, lines });
}

function valueExpression(context: EmitContext, node: ModelNode): string {
  const { behaviour, id: type } = node.spec;
  const id = literal(node.id);
  switch (behaviour.kind) {
    case 'lazy':
      return lazyExpression(context, node, behaviour.operator);
    case 'literal':
      return literalValue(node);
    case 'code': {
      const code = codeObject(codeProgram(node.node.data.properties));
      return `rt.pureCode(${id}, ${code}, ${inputsObject(context, node)})`;
    }
    case 'expression': {
      const source = node.node.data.properties['expression'];
      const text = typeof source === 'string' ? source : '';
      const inputs = inputsObject(context, node, expressionNames(text));
      return `rt.expression(${literal(text)}, ${id})(${inputs})`;
    }
    default:
      return `rt.pure(${id}, ${literal(type)}, ${inputsObject(context, node)})`;
  }
}

/** JavaScript's own operators read only what they need; the inputs are booleans where they decide. */
function lazyExpression(
  context: EmitContext,
  node: ModelNode,
  operator: 'and' | 'or' | 'select' | 'coalesce',
): string {
  const read = (pin: string) => inputExpression(context, node, pin);
  switch (operator) {
    case 'and':
      return `${read('a')} && ${read('b')}`;
    case 'or':
      return `${read('a')} || ${read('b')}`;
    case 'coalesce':
      return `${read('a')} ?? ${read('b')}`;
    case 'select':
      return `${read('condition')} ? ${read('ifTrue')} : ${read('ifFalse')}`;
  }
}

function literalValue(node: ModelNode): string {
  const pin = node.outputs.get('value');
  const value = node.node.data.properties['value'] ?? pin?.default ?? null;
  return literal(pin === undefined ? null : (constantFor(pin, value) ?? null));
}
