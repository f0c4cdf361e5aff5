import { codeProgram, switchCases } from '@runnel/definitions';
import type { FlowConstruct } from '@runnel/definitions';
import { chainExpression, nameOf, nextExpression, returnNext } from './emit-context';
import type { EmitContext } from './emit-context';
import { inputExpression, inputNeeds, inputsObject } from './emit-inputs';
import { codeObject, functionText, indented } from './emit-text';
import { execOutputs, nextNodes } from './graph-model';
import type { ModelNode } from './graph-model';
import { literal } from './literal';

/** Lines of a function body; `waits` when one of them has `await`. */
interface Body {
  readonly lines: readonly string[];
  readonly waits?: boolean;
}

/** The function of an impure node: does its work and gives the function of the next node. */
export function emitImpureNode(context: EmitContext, node: ModelNode): string {
  const needs = inputNeeds(context, node);
  const body = bodyOf(context, node);
  const pull = needs.needsPull && !readsEachTurn(node) ? ['const pull = new Map();'] : [];
  return functionText(context, node, {
    isAsync: body.waits === true || needs.isAsync,
    parameters: '',
    lines: [...pull, ...body.lines],
  });
}

function bodyOf(context: EmitContext, node: ModelNode): Body {
  const { behaviour } = node.spec;
  if (node.frozen !== undefined) return frozenBody(context, node);
  const call = `${literal(node.id)}, ${literal(node.spec.id)}`;
  const next = returnNext(context, node, 'exec');
  switch (behaviour.kind) {
    case 'flow':
      return flowBody(context, node, behaviour.construct);
    case 'event':
      return { lines: [`rt.start(${call});`, ...next] };
    case 'step': {
      const inputs = inputsObject(context, node);
      return { lines: [`await rt.step(${call}, ${inputs});`, ...next], waits: true };
    }
    case 'code': {
      const code = codeObject(codeProgram(node.node.data.properties));
      const inputs = inputsObject(context, node);
      const line = `await rt.code(${literal(node.id)}, ${code}, ${inputs});`;
      return { lines: [line, ...next], waits: true };
    }
    default:
      return { lines: [`rt.act(${call}, ${inputsObject(context, node)});`, ...next] };
  }
}

/** A pinned node leaves its values and goes on; a disabled one only goes on. */
function frozenBody(context: EmitContext, node: ModelNode): Body {
  const { outputs, next } = node.frozen ?? { outputs: {}, next: undefined };
  const call = `${literal(node.id)}, ${literal(node.spec.id)}`;
  const note = node.isDisabled ? [] : [`rt.fired(${call}, ${literal(outputs)});`];
  return { lines: [...note, ...(next === undefined ? [] : returnNext(context, node, next))] };
}

function flowBody(context: EmitContext, node: ModelNode, construct: FlowConstruct): Body {
  const id = literal(node.id);
  const call = `${id}, ${literal(node.spec.id)}`;
  const read = (pin: string) => inputExpression(context, node, pin);
  const next = (pin: string) => nextExpression(context, node, pin);
  const chain = (pin: string) => chainExpression(context, node, pin);
  const fired = `rt.fired(${call});`;
  const firedWith = (...names: string[]) => `rt.fired(${call}, null, { ${names.join(', ')} });`;

  switch (construct) {
    case 'branch':
      return {
        lines: [
          `const condition = ${read('condition')};`,
          firedWith('condition'),
          `return condition ? ${next('true')} : ${next('false')};`,
        ],
      };
    case 'switch':
      return {
        lines: [
          `const value = ${read('value')};`,
          firedWith('value'),
          ...switchLines(context, node),
        ],
      };
    case 'sequence':
      return { lines: [fired, ...sequenceLines(context, node)] };
    case 'for-each':
      return {
        lines: [
          `const collection = ${read('collection')};`,
          firedWith('collection'),
          `await rt.each(${id}, collection, ${chain('body')});`,
          ...returnNext(context, node, 'completed'),
        ],
        waits: true,
      };
    case 'for-range':
      return {
        lines: [
          ...['start', 'end', 'step'].map((pin) => `const ${pin} = ${read(pin)};`),
          firedWith('start', 'end', 'step'),
          `await rt.range(${id}, start, end, step, ${chain('body')});`,
          ...returnNext(context, node, 'completed'),
        ],
        waits: true,
      };
    case 'while':
      return { lines: [fired, ...whileLines(context, node)], waits: true };
    case 'break':
    case 'continue':
      return { lines: [fired, `return ${literal(construct)};`] };
    case 'try-catch':
      return {
        lines: [
          fired,
          `return rt.attempt(${id}, ${chain('try')}, ${chain('catch')}, ${chain('finally')});`,
        ],
      };
    case 'throw':
      return {
        lines: [
          ...['message', 'type'].map((pin) => `const ${pin} = ${read(pin)};`),
          firedWith('message', 'type'),
          `throw rt.error(type, message, ${id});`,
        ],
      };
  }
}

function switchLines(context: EmitContext, node: ModelNode): string[] {
  const cases = switchCases(node.node.data.properties);
  const branches = cases.map((_, i) => {
    return `case ${i}: return ${nextExpression(context, node, `case${i}`)};`;
  });
  return [
    `switch (rt.choose(value, ${literal(cases)})) {`,
    ...indented([...branches, `default: return ${nextExpression(context, node, 'default')};`]),
    '}',
  ];
}

/** Several wires on one output run in order anyway, so all chains make one list. */
function sequenceLines(context: EmitContext, node: ModelNode): string[] {
  const chains = execOutputs(node)
    .flatMap((pin) => nextNodes(context.model, node, pin))
    .map((next) => nameOf(context, next));
  if (chains.length <= 1) return chains.map((name) => `return ${name};`);
  return [`return rt.inOrder([${chains.join(', ')}]);`];
}

/** The condition is pulled anew for each turn. */
function whileLines(context: EmitContext, node: ModelNode): string[] {
  const needs = inputNeeds(context, node);
  const value = inputExpression(context, node, 'condition');
  const head = needs.isAsync ? 'async () =>' : '() =>';
  const condition = needs.needsPull
    ? ['{', '  const pull = new Map();', `  return ${value};`, '}'].join('\n')
    : value;
  return [
    `await rt.while(${head} ${condition}, ${chainExpression(context, node, 'body')});`,
    ...returnNext(context, node, 'completed'),
  ];
}

function readsEachTurn(node: ModelNode): boolean {
  const { behaviour } = node.spec;
  return behaviour.kind === 'flow' && behaviour.construct === 'while';
}
