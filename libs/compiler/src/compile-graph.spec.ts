import type { Json } from '@runnel/definitions';
import { compileGraph } from './compile-graph';
import type { CompileOptions } from './compile-graph';
import { graphOf } from './testing/graph-builder.contract';

type Graph = ReturnType<typeof graphOf>;

function compiled(graph: Graph, options?: CompileOptions) {
  const result = compileGraph(graph, options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result;
}

const ORDERS = graphOf(
  {
    node_1: { type: 'OnWebhook', label: 'New order' },
    node_2: { type: 'GetProperty', with: { key: 'total' } },
    node_3: { type: 'GreaterThan', with: { b: 100 }, label: 'Is it big?' },
    node_4: { type: 'Branch', label: 'Big order' },
    node_5: { type: 'HttpRequest', with: { url: 'https://api.example/orders', method: 'POST' } },
    node_6: { type: 'Format', with: { template: 'order of {total}' } },
    node_7: { type: 'Log', label: 'Note it' },
    node_8: { type: 'ForEach' },
    node_9: {
      type: 'Code',
      properties: {
        inputs: ['item'],
        outputs: ['line'],
        source: 'const line = item;\nreturn { line };',
      },
    },
    node_10: { type: 'TryCatch' },
    node_11: { type: 'SetVariable', with: { name: 'seen' } },
    node_12: { type: 'Add', with: { b: 1 } },
    node_13: { type: 'GetVariable', with: { name: 'seen' } },
    node_14: { type: 'Switch', properties: { cases: ['GET', 'POST'] } },
    node_15: { type: 'While' },
    node_16: { type: 'LessThan', with: { b: 3 } },
  },
  [
    'node_1 -> node_4',
    'node_1.body -> node_2.object',
    'node_2.value -> node_3.a',
    'node_3.result -> node_4.condition',
    'node_4.true -> node_10',
    'node_4.false -> node_14',
    'node_10.try -> node_5',
    'node_10.catch -> node_7',
    'node_5 -> node_8',
    'node_5.response -> node_6.values',
    'node_6.result -> node_7.message',
    'node_9 -> node_7',
    'node_8.body -> node_9',
    'node_8.item -> node_9.item',
    'node_2.value -> node_8.collection',
    'node_1.method -> node_14.value',
    'node_14.case1 -> node_15',
    'node_13.value -> node_12.a',
    'node_12.result -> node_11.value',
    'node_15.body -> node_11',
    'node_13.value -> node_16.a',
    'node_16.result -> node_15.condition',
  ],
  { seen: ['integer', 0] },
);

describe(compileGraph, () => {
  it('writes a program that people can read', () => {
    expect(compiled(ORDERS).code).toMatchSnapshot();
  });

  it('writes the same text for the same graph, wherever its nodes are drawn', () => {
    const moved: Graph = JSON.parse(
      JSON.stringify(ORDERS).replaceAll(
        '"position":{"x":0,"y":0}',
        '"position":{"x":7,"y":9},"selected":true',
      ),
    ) as Graph;
    expect(moved).not.toEqual(ORDERS);
    expect(compiled(moved).code).toBe(compiled(ORDERS).code);
    expect(compiled(ORDERS).code).toBe(compiled(ORDERS).code);
  });

  it('leaves out nodes that no trigger reaches and values that nothing reads', () => {
    const graph = graphOf({
      s: 'OnStart',
      lonely: { type: 'Log', with: { message: 'x' } },
      n: 'Now',
    });
    expect(compiled(graph).code).not.toMatch(/lonely|Now/);
  });

  it('says which triggers there are, and how each webhook is answered', () => {
    const mode = (responseMode: string) => ({ type: 'OnWebhook', properties: { responseMode } });
    const graph = graphOf(
      {
        s: 'OnStart',
        w1: { type: 'OnWebhook', properties: { webhookAlias: ' orders ' } },
        w2: 'OnWebhook',
        w3: mode('lastNode'),
        w4: mode('Immediate'),
        off: { type: 'OnWebhook', disabled: true },
        r: 'RespondToWebhook',
      },
      ['w2 -> r', 'w3 -> r'],
    );
    expect(compiled(graph)).toMatchObject({
      triggers: [
        { type: 'OnStart', nodeId: 's' },
        { type: 'OnWebhook', nodeId: 'w1' },
        { type: 'OnWebhook', nodeId: 'w2' },
        { type: 'OnWebhook', nodeId: 'w3' },
        { type: 'OnWebhook', nodeId: 'w4' },
      ],
      webhookNodes: [
        { nodeId: 'w1', alias: 'orders', responseMode: 'immediate' },
        { nodeId: 'w2', alias: 'w2', responseMode: 'response_node' },
        { nodeId: 'w3', alias: 'w3', responseMode: 'last_node' },
        { nodeId: 'w4', alias: 'w4', responseMode: 'immediate' },
      ],
    });
  });

  it('refuses an invalid graph with all that is wrong', () => {
    const result = compileGraph(graphOf({ a: 'HttpRequest' }));
    expect(result).toEqual({
      ok: false,
      errors: [
        { nodeId: '', message: 'Pattern has no trigger node', code: 'NO_TRIGGER' },
        { nodeId: 'a', message: "Input pin 'url' is not connected", code: 'PIN_NOT_CONNECTED' },
      ],
      warnings: [
        {
          nodeId: 'a',
          message: "Node 'HttpRequest' is not reached from any trigger",
          code: 'UNREACHABLE_NODE',
        },
      ],
    });
  });

  it('warns that breakpoints do nothing yet', () => {
    const { warnings } = compiled(graphOf({ s: 'OnStart' }), { breakpoints: ['s'] });
    expect(warnings.map((warning) => warning.code)).toEqual(['BREAKPOINTS_UNSUPPORTED']);
  });

  it('marks a program that is to be traced', () => {
    const graph = graphOf({ s: 'OnStart' });
    expect(compiled(graph, { trace: true }).code).toContain('rt.trace();');
    expect(compiled(graph).code).not.toContain('rt.trace();');
  });

  it('refuses pinned nodes that are malformed and warns of unknown ones', () => {
    const graph = graphOf({ s: 'OnStart', b: { type: 'Branch', with: { condition: true } } });
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as Json;
    const errors = (pinnedNodes: unknown) => {
      const result = compileGraph(graph, { pinnedNodes });
      return result.ok ? [] : result.errors.map((error) => `${error.nodeId}: ${error.message}`);
    };
    expect(errors([])).toEqual([': Pinned nodes must be an object of outputs by node id']);
    expect(errors({ s: { eventData: deep } })).toHaveLength(1);
    expect(errors({ b: 1 })).toEqual(['b: Pinned outputs must be an object']);
    expect(errors({ b: { $exec: 'maybe' } })).toEqual(['b: $exec names no output']);
    expect(errors({ b: { $exec: 'false' } })).toEqual([]);
    expect(
      compiled(graph, { pinnedNodes: { x: {} } }).warnings.map(({ message }) => message),
    ).toContain("Pinned node 'x' does not exist");
  });

  it('writes the largest graphs that are allowed', () => {
    const chain = Array.from({ length: 998 }, (_, i) => `a${i}`);
    const nodes = Object.fromEntries(
      chain.map((id) => [id, { type: 'Add', with: { a: 1, b: 1 } }]),
    );
    const wires = chain.slice(1).map((id, i) => `${chain[i]}.result -> ${id}.a`);
    const graph = graphOf({ s: 'OnStart', ...nodes, l: 'Log' }, [
      's -> l',
      'a997.result -> l.message',
      ...wires,
    ]);
    expect(compiled(graph).code.length).toBeLessThan(200_000);
  });
});
