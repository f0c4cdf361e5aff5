import { parseGraph } from './parse-graph';

const node = (id: string, data: object = {}) => ({ id, type: 'Log', data });

function problemsOf(input: unknown): readonly string[] {
  const parsed = parseGraph(input);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
}

describe(parseGraph, () => {
  it('gives nodes, edges and variables their canonical form', () => {
    const parsed = parseGraph({
      nodes: [{ id: 'a', type: 'Log' }],
      edges: [{ source: 'a', sourcePin: 'exec', target: 'b', targetPin: 'exec' }],
      variables: [{ name: 'n', type: 'integer', defaultValue: 1 }],
    });
    expect(parsed).toEqual({
      ok: true,
      graph: {
        nodes: [{ id: 'a', type: 'Log', data: { defaults: {}, properties: {} } }],
        edges: [
          expect.objectContaining({
            id: 'a->b',
            source: 'a',
            sourceHandle: 'exec',
            target: 'b',
            targetHandle: 'exec',
          }),
        ],
        variables: [{ name: 'n', type: 'integer', defaultValue: 1 }],
      },
    });
  });

  it('takes an empty object as an empty graph', () => {
    expect(parseGraph({})).toEqual({ ok: true, graph: { nodes: [], edges: [], variables: [] } });
  });

  it('keeps keys that it does not know', () => {
    const parsed = parseGraph({
      viewport: { zoom: 2 },
      nodes: [{ ...node('a', { color: 'red' }), position: { x: 1, y: 2 }, selected: true }],
    });
    expect(parsed).toMatchObject({
      graph: {
        viewport: { zoom: 2 },
        nodes: [{ position: { x: 1, y: 2 }, selected: true, data: { color: 'red' } }],
      },
    });
  });

  it.each([
    [null, ' must be an object'],
    [[], ' must be an object'],
    ['x', ' must be an object'],
    [{ nodes: {} }, 'nodes must be an array'],
    [{ edges: 'x' }, 'edges must be an array'],
    [{ nodes: [{ id: '', type: 'Log' }] }, 'nodes[0].id must be a non-empty string'],
    [{ nodes: [{ id: 7, type: 'Log' }] }, 'nodes[0].id must be a non-empty string'],
    [
      { nodes: [{ id: 'x'.repeat(129), type: 'Log' }] },
      'nodes[0].id must have at most 128 characters',
    ],
    [{ nodes: [{ id: 'a\n', type: 'Log' }] }, 'nodes[0].id must not hold control characters'],
    [
      { nodes: [{ id: 'a\ud800', type: 'Log' }] },
      'nodes[0].id must not hold half a character (a lone surrogate)',
    ],
    [
      { variables: [{ name: '\udbff', type: 'string' }] },
      'variables[0].name must not hold half a character (a lone surrogate)',
    ],
    [{ nodes: [{ id: 'a' }] }, 'nodes[0].type must be a non-empty string'],
    [{ nodes: [node('a', { defaults: [] })] }, 'nodes[0].data.defaults must be an object'],
    [{ nodes: [node('a', { label: 1 })] }, 'nodes[0].data.label must be a string'],
    [{ nodes: [node('a', { disabled: 'no' })] }, 'nodes[0].data.disabled must be a boolean'],
    [{ nodes: [{ id: 'a', type: 'Log', data: 1 }] }, 'nodes[0].data must be an object'],
    [
      { variables: [{ name: 'n', type: 'date' }] },
      'variables[0].type must be one of string, integer, float, boolean, object, array',
    ],
    [
      { edges: [{ source: 'a', target: 'b', targetHandle: 'exec' }] },
      'edges[0].sourceHandle must be a non-empty string',
    ],
  ])('refuses %j', (input, problem) => {
    expect(problemsOf(input)).toEqual([problem]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the name %s everywhere', (name) => {
    const input = JSON.parse(
      `{"nodes":[{"id":"${name}","type":"${name}","data":{"defaults":{"${name}":1},"properties":{"${name}":1}}}],
        "edges":[{"id":"${name}","source":"${name}","sourceHandle":"${name}","target":"${name}","targetHandle":"${name}"}],
        "variables":[{"name":"${name}","type":"string"}]}`,
    ) as unknown;
    expect(problemsOf(input).map((problem) => problem.split(' ')[0])).toEqual([
      'nodes[0].id',
      'nodes[0].type',
      'nodes[0].data.defaults',
      'nodes[0].data.properties',
      'edges[0].source',
      'edges[0].target',
      'edges[0].id',
      'edges[0].sourceHandle',
      'edges[0].targetHandle',
      'variables[0].name',
    ]);
  });

  it('reads own properties only', () => {
    const inherited = Object.create({ nodes: [{ id: 1 }] }) as object;
    expect(parseGraph(inherited)).toMatchObject({ ok: true, graph: { nodes: [] } });
  });

  it('reports all problems at once, but not endlessly', () => {
    const nodes = Array.from({ length: 200 }, () => ({}));
    expect(problemsOf({ nodes })).toHaveLength(50);
  });

  it('calls a graph over the limits too large', () => {
    const deep = JSON.parse('{"a":'.repeat(100) + '1' + '}'.repeat(100)) as unknown;
    const many = (n: number, make: (i: number) => object) =>
      Array.from({ length: n }, (_, i) => make(i));
    const tooLarge = [
      { nodes: many(1_001, (i) => node(`n${i}`)) },
      { edges: many(5_001, () => ({})) },
      { variables: many(201, () => ({})) },
      { nodes: [node('a', { defaults: { message: deep } })] },
      { nodes: [node('a', { defaults: { message: 'x'.repeat(1_048_576) } })] },
    ];
    for (const input of tooLarge)
      expect(parseGraph(input)).toMatchObject({ ok: false, tooLarge: true });
    expect(parseGraph({ nodes: many(1_000, (i) => node(`n${i}`)) }).ok).toBe(true);
  });

  it('survives nesting that would overflow a recursive walk', () => {
    const depth = 100_000;
    let value: unknown = 1;
    for (let i = 0; i < depth; i += 1) value = [value];
    expect(parseGraph({ nodes: [node('a', { x: value })] })).toMatchObject({ ok: false });
  });
});
