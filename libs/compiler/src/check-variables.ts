import type { GraphVariable } from '@runnel/definitions';
import { constantFor, givenValue } from './constant-input';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** Declarations and literal names of variables (B.5); warns of variables that nothing uses. */
export function checkVariables(model: GraphModel): {
  readonly errors: GraphProblem[];
  readonly warnings: GraphProblem[];
} {
  const variables = model.graph.variables;
  const declared = new Set(variables.map((variable) => variable.name));
  const uses = [...model.nodes.values()].flatMap(variableUse);
  const used = new Set(uses.map((use) => use.name));
  const errors = [
    ...variables.flatMap((variable, i) => checkDeclaration(variable, variables.slice(0, i))),
    ...uses.flatMap(({ nodeId, name }) =>
      name === undefined || declared.has(name) ? [] : [bad(nodeId, `Unknown variable '${name}'`)],
    ),
  ];
  const isDynamic = used.has(undefined);
  const warnings = [...declared]
    .filter((name) => !isDynamic && !used.has(name))
    .map((name): GraphProblem => {
      return { nodeId: '', message: `Variable '${name}' is not used`, code: 'UNUSED_VARIABLE' };
    });
  return { errors, warnings };
}

/** The variable a node names; the name is undefined when it is only known at run time. */
function variableUse(node: ModelNode): { nodeId: string; name: string | undefined }[] {
  const pin = node.inputs.get(node.spec.variableInput ?? '');
  if (pin === undefined || node.isDisabled) return [];
  if (node.wiresIn.has(pin.name)) return [{ nodeId: node.id, name: undefined }];
  const name = givenValue(node, pin);
  return typeof name === 'string' ? [{ nodeId: node.id, name }] : [];
}

function checkDeclaration(
  variable: GraphVariable,
  earlier: readonly GraphVariable[],
): GraphProblem[] {
  const { name, type, defaultValue } = variable;
  if (earlier.some((other) => other.name === name))
    return [bad('', `Duplicate variable '${name}'`)];
  if (defaultValue === undefined || constantFor({ name, type }, defaultValue) !== undefined)
    return [];
  return [bad('', `Default of variable '${name}' is not a valid ${type}`)];
}

function bad(nodeId: string, message: string): GraphProblem {
  return { nodeId, message, code: 'BAD_PROPERTY' };
}
