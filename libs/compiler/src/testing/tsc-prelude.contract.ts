import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const LIBS = join(__dirname, '..', '..', '..');
/** What the compiler imports, and what those import. */
const USED_LIBS = ['definitions', 'cron', 'errors'];

/**
 * The prelude as the build makes it: the libraries compiled by TypeScript (Jest compiles them by another
 * tool) and loaded by plain Node, so that text which only one of the compilers keeps intact is found.
 */
export function preludeBuiltByTypeScript(): string {
  const out = mkdtempSync(join(tmpdir(), 'runnel-prelude-'));
  try {
    for (const lib of USED_LIBS) {
      emit(join(LIBS, lib, 'src'), join(out, 'node_modules', '@runnel', lib));
    }
    emit(join(LIBS, 'compiler', 'src'), join(out, 'compiler'));
    cpSync(join(LIBS, '..', 'package.json'), join(out, 'package.json'));
    const script = `process.stdout.write(require('./compiler/index.js').RUNTIME_PRELUDE)`;
    return execFileSync(process.execPath, ['-e', script], { cwd: out, encoding: 'utf8' });
  } finally {
    rmSync(out, { recursive: true });
  }
}

function emit(from: string, to: string): void {
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /\.(spec|contract)\.ts$/.test(file)) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(from, file), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    const target = join(to, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}
