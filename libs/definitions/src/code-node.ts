import { declaredPinProblems, declaredPins } from './declared-pins';
import type { Json, JsonObject } from './json';
import type { NodePins } from './node-spec';
import { EXEC } from './pin';

/** Longest source of one Code node, in UTF-16 units. */
export const MAX_SOURCE_LENGTH = 65_536;

const MAX_IDENTIFIER_LENGTH = 64;

/** Words that cannot name a parameter of a strict async function. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** What a Code node runs (Decisions 4). Meaningful only where `codeNodeProblems` finds nothing. */
export interface CodeProgram {
  readonly source: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function codeProgram(properties: JsonObject): CodeProgram {
  const source = properties['source'];
  return {
    source: typeof source === 'string' ? source : '',
    inputs: declaredPins(properties['inputs']).map((pin) => pin.name),
    outputs: declaredPins(properties['outputs']).map((pin) => pin.name),
  };
}

export function codeNodePins(properties: JsonObject): NodePins {
  return {
    inputs: [EXEC, ...declaredPins(properties['inputs'])],
    outputs: [EXEC, ...declaredPins(properties['outputs'])],
  };
}

/** What is wrong with a Code node's properties. The syntax of `source` is checked in the sandbox, when it first runs. */
export function codeNodeProblems(properties: JsonObject): readonly string[] {
  const badNames = declaredPins(properties['inputs'])
    .map((pin) => pin.name)
    .filter((name) => !isParameterName(name))
    .map((name) => `Input '${name}' cannot be a JavaScript variable`);
  return [
    ...sourceProblems(properties['source']),
    ...declaredPinProblems(properties['inputs']),
    ...declaredPinProblems(properties['outputs']),
    ...badNames,
  ];
}

function sourceProblems(source: Json | undefined): readonly string[] {
  if (typeof source !== 'string') return ['Source must be a text'];
  if (source.length <= MAX_SOURCE_LENGTH) return [];
  return [`Source must have at most ${MAX_SOURCE_LENGTH} characters`];
}

/** Whether `name` can be a parameter of the generated function: ASCII identifiers that are no reserved word. */
export function isParameterName(name: string): boolean {
  if (name.length > MAX_IDENTIFIER_LENGTH || RESERVED.has(name)) return false;
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name);
}
