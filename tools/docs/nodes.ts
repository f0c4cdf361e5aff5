import { isPure, isRequiredInput, NODE_LIBRARY } from '@runnel/definitions';
import type { NodeSpec, PinSpec } from '@runnel/definitions';

const INTRO = `# Nodes

<!-- Written by \`npm run docs:nodes\` from the declarations in libs/definitions/src/nodes: change those. -->

\`GET /api/nodes?category=&search=\` lists the same, \`GET /api/nodes/:id\` gives one. A pin is written as \`name type\`, with \`*\` when it must be wired or
given inline, and with its default. A **pure** node has no execution pins: it is evaluated when a node that runs reads it, once for each time that node
runs. Inputs are converted to the type of their pin; where that is not possible, the run fails at the node with \`COERCION_FAILED\`, which a Try/Catch catches.

A text may have 16,777,216 characters and a list 1,000,000 items (\`VALUE_LIMIT\`). Paths such as \`user.tags.0\` and expressions read own data only; \`__proto__\`,
\`prototype\` and \`constructor\` are null on read by a path, and an error on write and in expressions.`;

/** The whole of docs/nodes.md. */
export function nodesDocument(): string {
  const categories = [...new Set(NODE_LIBRARY.map((spec) => spec.category))];
  const sections = categories.map((category) => {
    const nodes = NODE_LIBRARY.filter((spec) => spec.category === category);
    return [`## ${category}`, ...nodes.map(nodeSection)].join('\n\n');
  });
  return `${[INTRO, ...sections].join('\n\n')}\n`;
}

function nodeSection(spec: NodeSpec): string {
  const about = [spec.description, spec.documentation].filter((text) => text !== '').join(' ');
  const lines = [
    ...pinLine('in', spec.inputs),
    ...pinLine('out', spec.outputs),
    ...spec.properties.map((property) => {
      return `- property \`${property.name}\` ${property.type}: ${property.description}`;
    }),
    ...(spec.pinsFor === undefined ? [] : ['- its pins depend on its properties']),
  ];
  const kind = isPure(spec) ? 'pure' : 'runs';
  const head = `### ${spec.id}\n\n${spec.label}, ${kind}. ${escaped(about)}`;
  return [head, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n');
}

function pinLine(side: 'in' | 'out', pins: readonly PinSpec[]): string[] {
  return pins.length === 0
    ? []
    : [`- ${side} ${pins.map((pin) => pinText(pin, side === 'in')).join(', ')}`];
}

function pinText(pin: PinSpec, isInput: boolean): string {
  const must = isInput && isRequiredInput(pin) ? '*' : '';
  const initial = pin.default === undefined ? '' : ` = ${JSON.stringify(pin.default)}`;
  const choice = pin.enumValues === undefined ? '' : ` (${pin.enumValues.join(', ')})`;
  return `\`${pin.name} ${pin.type}${must}${initial}\`${choice}`;
}

/** Prose in which no character is markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
