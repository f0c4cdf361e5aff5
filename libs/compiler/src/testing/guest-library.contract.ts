import type { Json, JsonObject, NodeRuntime } from '@runnel/definitions';
import type { GuestLibrary } from '../runtime/guest-types';
import { installCoercion } from '../runtime/install-coercion';
import { installExpression } from '../runtime/install-expression';
import { installExpressionLexer } from '../runtime/install-expression-lexer';
import { installExpressionParser } from '../runtime/install-expression-parser';
import { installPaths } from '../runtime/install-paths';
import { installRegex } from '../runtime/install-regex';
import { installRegexCompiler } from '../runtime/install-regex-compiler';
import { installRegexParser } from '../runtime/install-regex-parser';
import { installValues } from '../runtime/install-values';

/** The prelude's library in this process, for properties that take many tries; the VM runs the same text. */
export function guestLibrary(): GuestLibrary {
  const library = { methods: {}, nodes: {} } as unknown as GuestLibrary;
  for (const install of [
    installValues,
    installPaths,
    installCoercion,
    installExpressionLexer,
    installExpressionParser,
    installExpression,
    installRegexCompiler,
    installRegexParser,
    installRegex,
  ]) {
    install(library);
  }
  return library;
}

const RUNTIME = { value: () => 1_700_000_000_000 } as unknown as NodeRuntime;

/** The value of an expression. Throws what it throws. */
export function evaluated(library: GuestLibrary, text: string, names: JsonObject): Json {
  return library.evaluateExpression(library.parseExpression(text, 'n'), names, RUNTIME, 'n');
}
