import type { GuestLibrary } from './runtime/guest-types';
import { installCoercion } from './runtime/install-coercion';
import { installExpressionLexer } from './runtime/install-expression-lexer';
import { installExpressionParser } from './runtime/install-expression-parser';
import { installPaths } from './runtime/install-paths';
import { installValues } from './runtime/install-values';

/** The sandbox's coercions and parser, used on what a graph holds, so that compile time and run time cannot differ. */
export const COMPILE_LIBRARY = { methods: {}, nodes: {} } as unknown as GuestLibrary;
installValues(COMPILE_LIBRARY);
installPaths(COMPILE_LIBRARY);
installCoercion(COMPILE_LIBRARY);
installExpressionLexer(COMPILE_LIBRARY);
installExpressionParser(COMPILE_LIBRARY);
