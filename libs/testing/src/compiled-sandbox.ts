import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import ts from 'typescript';

const SOURCE = join(__dirname, '..', '..', 'sandbox', 'src');
const ERRORS = join(__dirname, '..', '..', 'errors', 'src');
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
};

/** A folder with compiled code; to be removed after the tests. */
export interface CompiledSandbox {
  readonly folder: string;
  /** The child program. */
  readonly child: string;
  /** The library's index, for a pool in a process of its own. */
  readonly index: string;
  readonly remove: () => void;
}

/** Compiles libs/sandbox, child and all, into a temporary folder; its types are checked elsewhere. */
export function compileSandbox(): CompiledSandbox {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-sandbox-'));
  compileFolder(SOURCE, join(folder, 'sandbox'));
  compileFolder(ERRORS, join(folder, 'node_modules', '@runnel', 'errors'));
  return {
    folder,
    child: join(folder, 'sandbox', 'child', 'main.js'),
    index: join(folder, 'sandbox', 'index.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compileFolder(source: string, target: string): void {
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /[.](spec|contract|d)[.]ts$/.test(file)) continue;
    const output = join(target, file.replace(/[.]ts$/, '.js'));
    const text = readFileSync(join(source, file), 'utf8');
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(
      output,
      ts.transpileModule(text, { fileName: file, compilerOptions: OPTIONS }).outputText,
    );
  }
}
