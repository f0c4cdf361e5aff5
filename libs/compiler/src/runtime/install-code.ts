import type { Json, JsonObject } from '@runnel/definitions';
import type { CodeNodeText, GuestLibrary } from './guest-types';

/** Adds the Code node (Decisions 4): user source is compiled here, inside the VM, and nowhere else. */
export function installCode(lib: GuestLibrary): void {
  const compiled = new Map<string, (...inputs: Json[]) => unknown>();
  /** Thrown by text that has parsed, before any of it runs. */
  const PARSED = 0;

  /**
   * Source that closes its function early could run text outside of it. It parses as a function body in an
   * expression, a class and an object only if it never leaves the body: after an early `}` these
   * three allow no common next token. Parsing runs nothing: the text throws first.
   */
  lib.compileCode = (code, nodeId) => {
    const names = code.inputs.join(', ');
    const id = `${names}\n${code.source}`;
    const known = compiled.get(id);
    if (known !== undefined) return known;
    const body = `(${names}) {\n${code.source}\n}`;
    const expression = `(async function ${body})`;
    for (const text of [expression, `(class { async m${body} })`, `({ async m${body} })`]) {
      parse(text, nodeId);
    }
    const made = lib.evaluate(`"use strict";\n${expression}`) as (...inputs: Json[]) => unknown;
    compiled.set(id, made);
    return made;
  };

  function parse(text: string, nodeId: string): void {
    try {
      lib.evaluate(`"use strict"; throw ${PARSED};\n${text}`);
    } catch (thrown) {
      if (thrown === PARSED) return;
      const { message, stack } = thrown as Error;
      const where = lineOf(String(stack));
      const text = `The code does not parse: ${message}${where}`;
      throw lib.error('SyntaxError', text, nodeId, 'CODE_SYNTAX');
    }
  }

  /** Line in the source, from `at <input>:3:7`: two lines stand before it. */
  function lineOf(stack: string): string {
    const start = stack.indexOf(':');
    const line = Number.parseInt(stack.slice(start + 1), 10) - 2;
    return start >= 0 && line >= 1 ? ` (line ${line})` : '';
  }

  async function perform(
    nodeId: string,
    code: CodeNodeText,
    inputs: JsonObject,
  ): Promise<JsonObject> {
    try {
      const body = lib.compileCode(code, nodeId);
      const values = code.inputs.map((name) => lib.clone(inputs[name]));
      const result = await body(...values);
      return pick(result, code.outputs, nodeId);
    } catch (thrown) {
      throw lib.asError(thrown, nodeId);
    }
  }

  function pick(result: unknown, names: readonly string[], nodeId: string): JsonObject {
    const copy = lib.clone(result);
    if (copy !== null && (typeof copy !== 'object' || Array.isArray(copy))) {
      const message = `The code must return an object but returned ${lib.typeName(copy)}`;
      throw lib.error('TypeError', message, nodeId, 'CODE_RESULT');
    }
    const outputs = {};
    for (const name of names) lib.put(outputs, name, lib.own(copy, name) ?? null);
    return outputs;
  }

  lib.methods.code = async function (nodeId, code, inputs) {
    const key = this.key(nodeId);
    const outputs = await perform(nodeId, code, inputs);
    this.note(key, nodeId, 'Code', outputs, inputs);
    this.keepOutputs(nodeId, 'Code', outputs);
  };

  lib.methods.pureCode = function (nodeId, code, inputs) {
    return perform(nodeId, code, inputs);
  };
}
