import type { CodeProgram } from '@runnel/definitions';
import { nameOf } from './emit-context';
import type { EmitContext } from './emit-context';
import type { ModelNode } from './graph-model';
import { literal, sourceLiteral } from './literal';

const MAX_LABEL = 80;

/** The function of a node under a comment that says which node it is. */
export function functionText(
  context: EmitContext,
  node: ModelNode,
  part: {
    readonly isAsync: boolean;
    readonly parameters: string;
    readonly lines: readonly string[];
  },
): string {
  const keyword = part.isAsync ? 'async function' : 'function';
  const head = `${keyword} ${nameOf(context, node)}(${part.parameters}) {`;
  return [commentOf(node), head, ...indented(part.lines), '}'].join('\n');
}

function commentOf(node: ModelNode): string {
  const label = node.node.data.label?.slice(0, MAX_LABEL);
  const name = label === undefined ? node.spec.id : `${literal(label)} (${node.spec.id})`;
  if (node.isDisabled) return `// ${name}, disabled`;
  return node.frozen === undefined ? `// ${name}` : `// ${name}, pinned`;
}

/** The lines, and the lines within them, two spaces deeper. */
export function indented(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? '' : `  ${line}`));
}

/** What `rt.code` takes: the source as text; it becomes a function only inside the sandbox. */
export function codeObject(code: CodeProgram): string {
  return [
    '{',
    `  inputs: ${literal(code.inputs)},`,
    `  outputs: ${literal(code.outputs)},`,
    `  source: ${sourceLiteral(code.source, '  ')},`,
    '}',
  ].join('\n');
}
