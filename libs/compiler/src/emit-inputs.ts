import type { PinSpec } from '@runnel/definitions';
import { constantFor, givenValue } from './constant-input';
import { pureSources } from './check-cycles';
import { nameOf } from './emit-context';
import type { EmitContext } from './emit-context';
import { dataInputs, sourceOf } from './graph-model';
import type { ModelNode } from './graph-model';
import { literal } from './literal';

/** Longest object that is written on one line. */
const MAX_LINE = 60;

/** What reading a node's inputs asks of the function around it. */
export interface InputNeeds {
  readonly isAsync: boolean;
  readonly needsPull: boolean;
}

export function inputNeeds(context: EmitContext, node: ModelNode): InputNeeds {
  const plans = pureSources(context.model, node).map(({ id }) => context.plans.get(id));
  return {
    isAsync: plans.some((plan) => plan?.isAsync === true),
    needsPull: plans.some((plan) => plan?.needsPull === true),
  };
}

/** All data inputs of a node, or those named, as an object literal, evaluated in the order of the declaration. */
export function inputsObject(
  context: EmitContext,
  node: ModelNode,
  names?: readonly string[],
): string {
  const pins = dataInputs(node).filter((pin) => names?.includes(pin.name) ?? true);
  const entries = pins.map((pin) => {
    const value = inputExpression(context, node, pin.name);
    return value === pin.name ? value : `${keyOf(pin.name)}: ${value}`;
  });
  return objectOf([...entries, ...hostProperties(node)]);
}

/** Properties that the host is told with the inputs; those that are not set are left out. */
function hostProperties({ spec, node }: ModelNode): readonly string[] {
  return (spec.hostProperties ?? []).flatMap((name) => {
    const value = node.data.properties[name] ?? '';
    return value === '' ? [] : [`${keyOf(name)}: ${literal(value)}`];
  });
}

function objectOf(entries: readonly string[]): string {
  if (entries.length === 0) return '{}';
  const line = `{ ${entries.join(', ')} }`;
  if (line.length <= MAX_LINE) return line;
  return ['{', ...entries.map((entry) => `  ${entry},`), '}'].join('\n');
}

/** Reserved words may be keys; `__proto__` is no pin name. */
function keyOf(name: string): string {
  return /^[A-Za-z]\w*$/.test(name) ? name : literal(name);
}

/** The value of one input as the pin's type: a wire, an inline value, the declared default, or null (B.1). */
export function inputExpression(context: EmitContext, node: ModelNode, pinName: string): string {
  const pin = node.inputs.get(pinName);
  if (pin === undefined) return 'null';
  const wire = sourceOf(context.model, node, pinName);
  if (wire === undefined) return constantExpression(node, pin);
  const { source, output } = wire;
  if (source.frozen !== undefined && (source.isPure || source.isDisabled)) {
    const value = source.frozen.outputs[output.name] ?? null;
    return converted(node, pin, literal(value));
  }
  const value = readExpression(context, source, output);
  return isExact(source, output, pin) ? value : converted(node, pin, value);
}

function constantExpression(node: ModelNode, pin: PinSpec): string {
  const given = givenValue(node, pin);
  const value = given === undefined ? undefined : constantFor(pin, given);
  return literal(value ?? null);
}

function readExpression(context: EmitContext, source: ModelNode, output: PinSpec): string {
  if (!source.isPure) return `rt.out(${literal(source.id)}, ${literal(output.name)})`;
  const plan = context.plans.get(source.id);
  const call = `${nameOf(context, source)}(${plan?.needsPull === true ? 'pull' : ''})`;
  const value = plan?.isAsync === true ? `await ${call}` : call;
  const isWhole = source.spec.behaviour.kind !== 'code';
  return isWhole ? value : `rt.pin(${value}, ${literal(output.name)})`;
}

function converted(node: ModelNode, pin: PinSpec, value: string): string {
  const where = `${value}, ${literal(node.id)}, ${literal(pin.name)}`;
  if (pin.enumValues !== undefined) return `rt.oneOf(${literal(pin.enumValues)}, ${where})`;
  const isFree = pin.type === 'any' || pin.type === 'null';
  return isFree ? value : `rt.to(${literal(pin.type)}, ${where})`;
}

/** True when a pure node of the library is known to give what the pin takes. */
function isExact(source: ModelNode, output: PinSpec, pin: PinSpec): boolean {
  if (!source.isPure || source.spec.behaviour.kind === 'code' || pin.type === 'enum') return false;
  return output.type === pin.type || (output.type === 'integer' && pin.type === 'float');
}
