import ts from 'typescript';
import { RUNTIME_PRELUDE } from './runtime-prelude';
import { preludeBuiltByTypeScript } from './testing/tsc-prelude.contract';

/** What the VM's world has, and nothing more: the host's names are not among them. */
const BUILT_INS = 'lib.es2023.d.ts';

/** Names that each text uses without defining them, and its syntax errors. */
function complaints(texts: Readonly<Record<string, string>>): Record<string, string[]> {
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: [BUILT_INS],
    types: [],
    noImplicitAny: false,
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion) => {
    const text = texts[name];
    return text === undefined
      ? readFile(name, languageVersion)
      : ts.createSourceFile(name, text, languageVersion);
  };
  const program = ts.createProgram(Object.keys(texts), options, host);
  const messages = (name: string) => {
    const file = program.getSourceFile(name);
    const syntax = program.getSyntacticDiagnostics(file).map(messageOf);
    const meaning = program.getSemanticDiagnostics(file).map(messageOf);
    return [...syntax, ...meaning.filter((message) => UNDEFINED_NAME.test(message))];
  };
  return Object.fromEntries(Object.keys(texts).map((name) => [name, messages(name)]));
}

const UNDEFINED_NAME = /^(Cannot find name|No value exists)/;

function messageOf({ messageText }: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(messageText, ' ');
}

describe('RUNTIME_PRELUDE', () => {
  it('uses no name that it does not define, whichever compiler made it', () => {
    const found = complaints({
      'leaky.js': '"use strict"; (() => leaked_1.helper(process))();',
      'by-jest.js': RUNTIME_PRELUDE,
      'by-build.js': preludeBuiltByTypeScript(),
    });
    expect(found['leaky.js']).toHaveLength(2);
    expect(found).toMatchObject({ 'by-jest.js': [], 'by-build.js': [] });
  });

  it('is a script of one line per statement part, without comments', () => {
    expect(RUNTIME_PRELUDE.startsWith('"use strict";\n{\n')).toBe(true);
    expect(RUNTIME_PRELUDE).not.toMatch(/^\s*(\/\/|\/\*|\*)/m);
  });
});
