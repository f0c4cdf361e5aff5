import { parseGraph } from '@runnel/definitions';
import type { GraphData, Json } from '@runnel/definitions';
import fc from 'fast-check';
import ts from 'typescript';
import { compileGraph } from './compile-graph';

/** Every name a program may use besides its own `node_…` functions. */
const NAMES = new Set(
  (
    'run rt pull Map has get keep pure pureCode pin out to oneOf start fired act step code declare trace main inOrder each range ' +
    'while attempt choose error join undefined condition value collection end message type inputs outputs source'
  ).split(' '),
);

/** Text that ends strings, comments, lines and scripts, or looks like code. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '"); evil(); ("',
    "'); evil(); ('",
    '`); evil(); (`',
    '${evil()}',
    '*/ evil() /*',
    '\n evil()',
    '\u2028evil()',
    '\u2029evil()',
    '\r\nevil()',
    '</script><script>evil()</script>',
    '<!-- evil()',
    '\\"); evil()',
    '\\u0022); evil()',
    '}); evil(',
    '){evil(',
    '\ud800',
    'rt',
    'node_1',
    'constructor',
    'toString',
    'hasOwnProperty',
  ),
);

const name = hostile.filter((text) => parsed({ nodes: [{ id: text, type: 'Log' }] }) !== undefined);

function parsed(input: unknown): GraphData | undefined {
  const result = parseGraph(input);
  return result.ok ? result.graph : undefined;
}

/** A valid graph with hostile text in every place that takes text. */
const graphs = fc
  .record({
    ids: fc.uniqueArray(name, { minLength: 12, maxLength: 12 }),
    text: hostile,
    value: fc.dictionary(
      fc.oneof(hostile, fc.constant('__proto__')),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    variable: name,
    pins: fc
      .uniqueArray(name, { maxLength: 3 })
      .map((pins) => pins.filter((pin) => pin !== 'exec')),
    cases: fc.array(fc.oneof(hostile, fc.integer(), fc.boolean(), fc.constant(null)), {
      maxLength: 4,
    }),
  })
  .map(({ ids, text, value, variable, pins, cases }) => {
    const node = (at: number, type: string, defaults: object = {}, properties: object = {}) => {
      return { id: ids[at], type, data: { label: text, description: text, defaults, properties } };
    };
    const wire = (from: number, output: string, to: number, input: string) => {
      return {
        source: ids[from],
        sourceHandle: output,
        target: ids[to],
        targetHandle: input,
      };
    };
    return {
      nodes: [
        node(0, 'OnWebhook', {}, { webhookAlias: text }),
        node(1, 'HttpRequest', { url: text, headers: value, body: value }),
        node(2, 'Code', {}, { source: text, inputs: ['a'], outputs: pins }),
        node(3, 'Switch', { value: text }, { cases }),
        node(4, 'SetVariable', { name: variable, value: text }),
        node(5, 'ThrowError', { message: text, type: text }),
        node(6, 'RespondWith', {}, { outputs: pins }),
        node(7, 'Format', { template: text, values: value }),
        node(8, 'Code', {}, { source: text, inputs: ['a'], outputs: ['v'] }),
        node(9, 'String', {}, { value: text }),
        node(10, 'ForEach', { collection: [value] }),
        node(11, 'TryCatch'),
      ],
      edges: [
        wire(0, 'exec', 1, 'exec'),
        wire(0, 'exec', 11, 'exec'),
        wire(1, 'exec', 2, 'exec'),
        wire(2, 'exec', 3, 'exec'),
        wire(3, 'default', 4, 'exec'),
        wire(4, 'exec', 10, 'exec'),
        wire(10, 'body', 6, 'exec'),
        wire(10, 'completed', 5, 'exec'),
        wire(7, 'result', 8, 'a'),
        wire(8, 'v', 2, 'a'),
        ...pins.slice(0, 1).map((pin) => wire(9, 'value', 6, pin)),
      ],
      variables: [{ name: variable, type: 'object', defaultValue: value }],
    };
  });

function identifiersOf(code: string): string[] {
  const file = ts.createSourceFile('program.js', code, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] };
  expect(parseDiagnostics).toEqual([]);
  expect(file.statements).toHaveLength(1);
  const names: string[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at)) names.push(at.text);
    if (ts.isTemplateExpression(at) || ts.isRegularExpressionLiteral(at))
      names.push('a template or pattern');
    ts.forEachChild(at, visit);
  };
  visit(file);
  return names;
}

describe('the text of a program', () => {
  it('holds user text in literals only, whatever a graph says', () => {
    fc.assert(
      fc.property(graphs, (input) => {
        const graph = parsed(input);
        if (graph === undefined) throw new Error(JSON.stringify(parseGraph(input)));
        const result = compileGraph(graph);
        if (!result.ok) throw new Error(JSON.stringify(result.errors));
        const declared = dataKeys(graph);
        const strange = identifiersOf(result.code).filter(
          (found) => !NAMES.has(found) && !/^node_\w{0,48}$/.test(found) && !declared.has(found),
        );
        expect(strange).toEqual([]);
        expect(result.code).not.toMatch(/[\u2028\u2029]|<\/|<!--/);
      }),
      { numRuns: 100 },
    );
  });
});

/** Input names of the library and of declared pins: they stand before a colon, as keys. */
function dataKeys(graph: GraphData): ReadonlySet<string> {
  const library = [
    'url',
    'method',
    'headers',
    'body',
    'timeout',
    'name',
    'template',
    'values',
    'a',
  ];
  const declared = graph.nodes.flatMap((node) => pinNames(node.data.properties['outputs']));
  return new Set([...library, ...declared]);
}

function pinNames(property: Json | undefined): string[] {
  return Array.isArray(property) ? (property as Json[]).map(String) : [];
}

describe(compileGraph, () => {
  it('never throws for a graph of the right shape', () => {
    const types = [
      'OnStart',
      'Log',
      'Add',
      'Select',
      'ForEach',
      'Break',
      'Code',
      'Switch',
      'Sequence',
      'TryCatch',
      'GetVariable',
      'While',
      'Nope',
    ];
    const pins = [
      'exec',
      'a',
      'b',
      'result',
      'body',
      'completed',
      'message',
      'item',
      'condition',
      'value',
      'then0',
      'try',
    ];
    const id = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5', 'n6');
    const graph = fc.record({
      nodes: fc.array(
        fc.record({
          id,
          type: fc.constantFrom(...types),
          data: fc.record({
            defaults: fc.dictionary(fc.constantFrom(...pins), fc.jsonValue({ maxDepth: 2 })),
            properties: fc.dictionary(
              fc.constantFrom('source', 'cases', 'inputs', 'outputs', 'value'),
              fc.jsonValue({ maxDepth: 2 }),
            ),
            disabled: fc.boolean(),
          }),
        }),
        { maxLength: 6 },
      ),
      edges: fc.array(
        fc.record({
          source: id,
          sourceHandle: fc.constantFrom(...pins),
          target: id,
          targetHandle: fc.constantFrom(...pins),
        }),
        { maxLength: 12 },
      ),
    });
    fc.assert(
      fc.property(graph, fc.jsonValue({ maxDepth: 3 }), (input, pinnedNodes) => {
        const result = compileGraph(parsed(input) ?? { nodes: [], edges: [], variables: [] }, {
          pinnedNodes,
        });
        if (result.ok) identifiersOf(result.code);
        else expect(result.errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
