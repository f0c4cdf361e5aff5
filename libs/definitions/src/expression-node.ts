import { declaredPinProblems, declaredPins } from './declared-pins';
import type { JsonObject } from './json';
import type { NodePins } from './node-spec';
import type { PinSpec } from './pin';

/** Longest expression, in UTF-16 units. */
export const MAX_EXPRESSION_LENGTH = 65_536;

const OUTPUTS: readonly PinSpec[] = [{ name: 'result', type: 'any' }];
const LETTERS: readonly PinSpec[] = [...'abcdefghijklmnopqrstuvwxyz'].map((name) => ({
  name,
  type: 'any',
  variadic: true,
}));

/** The pins of an Expression node: those that `inputs` declares, else a to z. */
export function expressionPins(properties: JsonObject): NodePins {
  const declared = properties['inputs'];
  const isDeclared = declared !== undefined && declared !== null;
  return { inputs: isDeclared ? declaredPins(declared) : LETTERS, outputs: OUTPUTS };
}

/** What is wrong with its properties, the syntax of the expression left out: the compiler checks that. */
export function expressionProblems(properties: JsonObject): readonly string[] {
  return [
    ...sourceProblems(properties['expression']),
    ...declaredPinProblems(properties['inputs']),
  ];
}

function sourceProblems(source: unknown): readonly string[] {
  if (typeof source !== 'string' || source.trim() === '') return ['Expression must be a text'];
  if (source.length <= MAX_EXPRESSION_LENGTH) return [];
  return [`Expression must have at most ${MAX_EXPRESSION_LENGTH} characters`];
}
