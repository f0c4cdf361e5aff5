import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import ts from 'typescript';

const SOURCE = join(__dirname, '..');
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
};

/** The child program, compiled into a temporary folder; its types are checked elsewhere. */
export function compileChild(): { readonly entry: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-sandbox-child-'));
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (
      !/^(child\/|wire\/|limits|api).*[.]ts$/.test(file) ||
      /[.](spec|contract|d)[.]ts$/.test(file)
    )
      continue;
    const output = join(folder, file.replace(/[.]ts$/, '.js'));
    const text = readFileSync(join(SOURCE, file), 'utf8');
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(
      output,
      ts.transpileModule(text, { fileName: file, compilerOptions: OPTIONS }).outputText,
    );
  }
  return {
    entry: join(folder, 'child', 'main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
