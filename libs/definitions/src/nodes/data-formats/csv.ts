import { pureNode } from '../../define-node';
import type { Json, JsonObject } from '../../json';
import type { NodeSpec } from '../../node-spec';

export const CSV_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'ParseCsv',
    label: 'Parse CSV',
    category: 'Data Formats',
    description: 'Reads rows from CSV text.',
    documentation:
      'As RFC 4180 says: quotes around a field, two for one inside; lines end with LF or CRLF; blank lines are skipped. With a header the ' +
      'rows are objects by its names (a missing field is empty), without one they are lists. All values are texts. Errors: a quote that does not ' +
      'end, text after one, a row with more fields than the header, a name twice in the header.',
    inputs: [
      { name: 'text', type: 'string' },
      { name: 'delimiter', type: 'string', default: ',' },
      { name: 'header', type: 'boolean', default: true },
    ],
    output: { name: 'rows', type: 'array' },
    evaluate: (inputs, rt, nodeId) => {
      const rows = rt.parseCsv(inputs.text, inputs.delimiter, nodeId);
      if (!inputs.header) return rows;
      const fail = (message: string) => rt.error('SyntaxError', message, nodeId, 'INVALID_CSV');
      const names = rows[0] ?? [];
      const seen = new Set<string>();
      const twice = names.find((name) => seen.size === seen.add(name).size);
      if (twice !== undefined) throw fail(`The header names '${twice.slice(0, 100)}' twice`);
      return rows.slice(1).map((row, i): Json => {
        if (row.length > names.length) {
          throw fail(`Row ${i + 1} has ${row.length} fields but the header has ${names.length}`);
        }
        return Object.fromEntries(names.map((name, at) => [name, row[at] ?? '']));
      });
    },
  }),
  pureNode({
    id: 'StringifyCsv',
    label: 'Stringify CSV',
    category: 'Data Formats',
    description: 'Writes rows as CSV text.',
    documentation:
      'Rows are objects (the header holds the names of all, in the order of their first appearance) or lists. Lines end with CRLF. Fields that ' +
      'need quotes get them. Spreadsheets may run a field that starts with =, +, - or @: with safe, such a text gets an apostrophe before it.',
    inputs: [
      { name: 'rows', type: 'array' },
      { name: 'delimiter', type: 'string', default: ',' },
      { name: 'header', type: 'boolean', default: true },
      { name: 'safe', type: 'boolean', default: false },
    ],
    output: { name: 'text', type: 'string' },
    evaluate: (inputs, rt, nodeId) => {
      const rows = inputs.rows === null ? [] : inputs.rows;
      const names = new Set<string>();
      for (const row of rows) {
        if (typeof row !== 'object' || row === null) {
          const message = `A row must be an object or a list but one is ${rt.typeName(row)}`;
          throw rt.error('TypeError', message, nodeId, 'INVALID_CSV');
        }
        if (!Array.isArray(row)) for (const name of Object.keys(row)) names.add(name);
      }
      if (rows.length * names.size > 1000000) {
        const message = 'The rows have more than 1000000 fields';
        throw rt.error('RangeError', message, nodeId, 'VALUE_LIMIT');
      }
      const guarded = (field: Json): Json =>
        inputs.safe && typeof field === 'string' && /^[=+\-@\t\r]/.test(field)
          ? `'${field}`
          : field;
      const fieldsOf = (row: Json): readonly Json[] => {
        if (Array.isArray(row)) return (row as readonly Json[]).map(guarded);
        return [...names].map((name) =>
          guarded(Object.hasOwn(row as object, name) ? ((row as JsonObject)[name] ?? null) : null),
        );
      };
      const lines = rows.map(fieldsOf);
      const all = inputs.header && names.size > 0 ? [[...names].map(guarded), ...lines] : lines;
      return rt.stringifyCsv(all, inputs.delimiter, nodeId);
    },
  }),
];
