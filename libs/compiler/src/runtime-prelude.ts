import { NODE_LIBRARY } from '@runnel/definitions';
import type { GuestFunction, NodeSpec } from '@runnel/definitions';
import { installCode } from './runtime/install-code';
import { installCoercion } from './runtime/install-coercion';
import { installCsv } from './runtime/install-csv';
import { installDates } from './runtime/install-dates';
import { installEncodings } from './runtime/install-encodings';
import { installEnvironment } from './runtime/install-environment';
import { installExpression } from './runtime/install-expression';
import { installExpressionLexer } from './runtime/install-expression-lexer';
import { installExpressionParser } from './runtime/install-expression-parser';
import { installFlow } from './runtime/install-flow';
import { installFormat } from './runtime/install-format';
import { installPaths } from './runtime/install-paths';
import { installRegex } from './runtime/install-regex';
import { installRegexCompiler } from './runtime/install-regex-compiler';
import { installRegexParser } from './runtime/install-regex-parser';
import { installCreateRuntime, installRuntime, installVariables } from './runtime/install-runtime';
import { installValues } from './runtime/install-values';
import { JS_YAML } from './runtime/packages/js-yaml';
import { installXml } from './runtime/install-xml';
import { installYaml } from './runtime/install-yaml';

const INSTALLERS = [
  installValues,
  installPaths,
  installCoercion,
  installFormat,
  installExpressionLexer,
  installExpressionParser,
  installExpression,
  installRegexCompiler,
  installRegexParser,
  installRegex,
  installEncodings,
  installCsv,
  installXml,
  installYaml,
  installDates,
  installRuntime,
  installVariables,
  installEnvironment,
  installFlow,
  installCode,
  installCreateRuntime,
];

/**
 * Script source, evaluated once per sandbox VM before a generated program: defines the frozen global
 * `createRuntime(host, request)`, which makes the `rt` that programs run with. It is the
 * text of the functions in `runtime/` and of the node implementations, which use nothing but their parameters.
 */
export const RUNTIME_PRELUDE: string = compact([
  '"use strict";',
  '{', // a block: of a function the engine would keep the text
  'const lib = { methods: {}, nodes: Object.create(null), evaluate: (0, eval) };',
  `lib.packages = { jsYaml: ${JSON.stringify(JS_YAML)} };`,
  ...NODE_LIBRARY.flatMap(nodeEntry),
  ...INSTALLERS.map((install) => `(${install.toString()})(lib);`),
  '}',
  '',
]);

/** Every VM parses the prelude anew, so indentation, and comments that stand before code, stay out of it. */
function compact(parts: readonly string[]): string {
  const kept: string[] = [];
  let isInComment = false;
  for (const line of parts.flatMap((part) => part.split('\n'))) {
    let rest = line.trim();
    while (isInComment || rest.startsWith('/*')) {
      const end = rest.indexOf('*/');
      isInComment = end < 0;
      if (isInComment) break;
      rest = rest.slice(end + 2).trim();
    }
    if (!isInComment && rest !== '' && !rest.startsWith('//')) kept.push(rest);
  }
  return kept.join('\n');
}

/** The part of a node that lives in the VM; nodes that are all generated code have none. */
function nodeEntry(spec: NodeSpec): string[] {
  const entries = guestFunctions(spec).map(([name, text]) => `${name}: ${text.toString()}`);
  if (spec.behaviour.kind === 'step') {
    const outputs = spec.outputs.filter((pin) => pin.type !== 'exec').map((pin) => pin.name);
    entries.push(`outputs: ${JSON.stringify(outputs)}`);
  }
  return entries.length === 0 ? [] : [`lib.nodes.${spec.id} = { ${entries.join(', ')} };`];
}

function guestFunctions({ behaviour }: NodeSpec): [name: string, text: GuestFunction][] {
  switch (behaviour.kind) {
    case 'pure':
      return [['evaluate', behaviour.evaluate]];
    case 'action':
      return [['perform', behaviour.perform]];
    case 'step':
      return behaviour.prepare === undefined ? [] : [['prepare', behaviour.prepare]];
    default:
      return [];
  }
}
