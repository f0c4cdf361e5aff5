import type { GuestLibrary } from './guest-types';

/** Adds templates (B.6) to the library. Runs inside the VM. */
export function installFormat(lib: GuestLibrary): void {
  const MAX_RESULT = 1048576;
  const MAX_WARNINGS = 20;
  /** Characters that no path has: braces around them are text, as in a template of JSON. */
  const NOT_IN_A_PATH = '"\',:;{\n\r\t';

  lib.format = (template, values, nodeId, warn) => {
    let result = '';
    let warnings = 0;
    let at = 0;
    while (at < template.length) {
      const brace = nextBrace(template, at);
      append(template.slice(at, brace));
      if (brace === template.length) break;
      at = placeholder(brace);
    }
    return result;

    function append(text: string): void {
      result += text;
      if (result.length <= MAX_RESULT) return;
      const message = `The formatted text is over ${MAX_RESULT} characters`;
      throw lib.error('RangeError', message, nodeId, 'VALUE_LIMIT');
    }

    /** Appends what stands at the brace; gives the position after it. */
    function placeholder(brace: number): number {
      const char = template.charAt(brace);
      if (template.charAt(brace + 1) === char) {
        append(char);
        return brace + 2;
      }
      const end = char === '{' ? template.indexOf('}', brace) : -1;
      const path = end < 0 ? '' : template.slice(brace + 1, end);
      if (!isPath(path)) {
        append(char);
        return brace + 1;
      }
      append(lib.text(valueAt(path)));
      return end + 1;
    }

    function valueAt(path: string) {
      const value = lib.readPath(values, path);
      if (value !== undefined) return value;
      warnings += 1;
      if (warnings <= MAX_WARNINGS) warn(`Format found no value for {${path.slice(0, 100)}}`);
      return null;
    }
  };

  function nextBrace(text: string, from: number): number {
    const opening = text.indexOf('{', from);
    const closing = text.indexOf('}', from);
    if (opening < 0) return closing < 0 ? text.length : closing;
    return closing < 0 ? opening : Math.min(opening, closing);
  }

  function isPath(path: string): boolean {
    if (path.length > 1024 || path.trim() === '') return false;
    for (const char of path) if (NOT_IN_A_PATH.includes(char)) return false;
    return true;
  }
}
