import type { Json } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/** Adds CSV as RFC 4180 describes it to the library. Runs inside the VM. */
export function installCsv(lib: GuestLibrary): void {
  const MAX_FIELDS = 1000000;

  lib.parseCsv = (text, delimiter, nodeId) => {
    checkDelimiter(delimiter, nodeId);
    const rows: string[][] = [];
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    let fields = 0;
    while (at < text.length) {
      const isBlank = isLineEnd();
      const row = isBlank ? [] : [field()];
      while (text.charAt(at) === delimiter) {
        at += 1;
        row.push(field());
      }
      if (!isBlank) rows.push(row);
      at += text.startsWith('\r\n', at) ? 2 : 1;
    }
    return rows;

    function fail(message: string, code = 'INVALID_CSV') {
      return lib.error('SyntaxError', message, nodeId, code);
    }

    function isLineEnd(): boolean {
      return text.charAt(at) === '\n' || text.charAt(at) === '\r';
    }

    function field(): string {
      fields += 1;
      if (fields > MAX_FIELDS) throw fail(`More than ${MAX_FIELDS} fields`, 'VALUE_LIMIT');
      if (text.charAt(at) === '"') return quoted();
      const start = at;
      while (at < text.length && text.charAt(at) !== delimiter && !isLineEnd()) at += 1;
      return text.slice(start, at);
    }

    function quoted(): string {
      let value = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) throw fail(`A quote in row ${rows.length + 1} does not end`);
        value += text.slice(at + 1, end);
        at = end + 1;
        if (text.charAt(at) !== '"') break;
        value += '"';
      }
      if (at >= text.length || text.charAt(at) === delimiter || isLineEnd()) return value;
      throw fail(`Text follows a quoted field in row ${rows.length + 1}`);
    }
  };

  lib.stringifyCsv = (rows, delimiter, nodeId) => {
    checkDelimiter(delimiter, nodeId);
    const lines: string[] = [];
    let length = 0;
    for (const row of rows) {
      const line = row.map((field) => written(field, delimiter)).join(delimiter);
      length += line.length + 2;
      lib.roomFor(length, nodeId);
      lines.push(row.length === 1 && line === '' ? '""' : line);
    }
    return lines.map((line) => `${line}\r\n`).join('');
  };

  function written(field: Json, delimiter: string): string {
    const text = lib.text(field);
    const needsQuotes = ['"', '\n', '\r', delimiter].some((sign) => text.includes(sign));
    return needsQuotes || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
  }

  function checkDelimiter(delimiter: string, nodeId: string): void {
    if (delimiter.length === 1 && !'"\r\n'.includes(delimiter)) return;
    const message = 'The delimiter must be one character and no quote or line end';
    throw lib.error('TypeError', message, nodeId, 'BAD_DELIMITER');
  }
}
