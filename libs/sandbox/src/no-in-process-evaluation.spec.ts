import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');

/**
 * User text is evaluated in the sandbox's VMs and nowhere else: no file of ours may be able to do it in a process
 * of ours (security rules: "no vm, no vm2, no new Function"). Tests may talk about it in strings, which do not count.
 */
const BANNED_MODULES =
  /^(node:)?(vm|v8|inspector(\/promises)?)$|^(vm2|isolated-vm|safe-eval|notevil|expr-eval|eval)$/;

function sources(): string[] {
  return ['apps', 'libs'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => /[.](ts|js|mjs|cjs)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file),
      )
      .map((file) => join(ROOT, top, file)),
  );
}

/** What a syntax tree holds that evaluates text, with its line. */
function offences(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isEvaluation(node))
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isEvaluation(node: ts.Node): boolean {
  if (ts.isIdentifier(node) && (node.text === 'eval' || node.text === 'Function'))
    return isUsedAsValue(node);
  if (!ts.isStringLiteral(node)) return false;
  const { parent } = node;
  const isImported =
    ts.isImportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    ts.isCallExpression(parent);
  return isImported && BANNED_MODULES.test(node.text);
}

/** `Function` as a type, and names in members and imports, evaluate nothing. */
function isUsedAsValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isTypeNode(parent) || ts.isTypeReferenceNode(parent)) return false;
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === node ? node.text === 'eval' : isGlobal(parent.expression);
  if (
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent)
  )
    return parent.name !== node;
  return true;
}

function isGlobal(expression: ts.Expression): boolean {
  return (
    ts.isIdentifier(expression) && ['globalThis', 'global', 'window'].includes(expression.text)
  );
}

describe('no file of ours', () => {
  it('evaluates text in its own process', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      return /\beval\b|\bFunction\b|vm2?['"]|inspector|v8['"]/.test(text)
        ? offences(path, text)
        : [];
    });
    expect(found).toEqual([]);
  });

  it.each([
    ['eval("1")'],
    ['(0, eval)("1")'],
    ['const e = eval; e("1")'],
    ['globalThis.eval("1")'],
    ['new Function("return 1")'],
    ['Function("return 1")'],
    ['const F = globalThis.Function'],
    ['import vm from "node:vm"'],
    ['import { runInNewContext } from "vm"'],
    ['const vm = require("vm")'],
    ['await import("node:vm")'],
    ['import inspector from "node:inspector"'],
  ])('would get away with %s', (text) => {
    expect(offences('planted.ts', text)).toHaveLength(1);
  });

  it.each([
    ['// eval("1")'],
    ['const guest = `eval("1"); new Function("x")`'],
    ['const f: Function = () => 1'],
    ['const o = { eval: 1 }; o.eval'],
    ['import { x } from "vm-pool"'],
  ])('is accused for %s', (text) => {
    expect(offences('honest.ts', text)).toEqual([]);
  });
});
