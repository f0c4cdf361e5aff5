import { graphOf } from './testing/graph-builder.contract';
import type { TestNode } from './testing/graph-builder.contract';
import { validateGraph } from './validate-graph';

type Nodes = Readonly<Record<string, TestNode | string>>;

/** Errors as `CODE nodeId: message`; a trigger that nothing is wrong with is added. */
function errorsOf(nodes: Nodes, wires: readonly string[] = [], variables = {}): string[] {
  const graph = graphOf({ start: 'OnStart', ...nodes }, wires, variables);
  return validateGraph(graph).errors.map((e) => `${e.code} ${e.nodeId}: ${e.message}`);
}

function warningsOf(nodes: Nodes, wires: readonly string[] = [], variables = {}): string[] {
  const { errors, warnings } = validateGraph(graphOf(nodes, wires, variables));
  expect(errors).toEqual([]);
  return warnings.map((w) => `${w.code} ${w.nodeId}: ${w.message}`);
}

const log: TestNode = { type: 'Log', with: { message: 'x' } };

describe('errors', () => {
  it('PIN_NOT_CONNECTED: a required input has neither wire nor value', () => {
    expect(errorsOf({ node_1: 'HttpRequest' })).toEqual([
      "PIN_NOT_CONNECTED node_1: Input pin 'url' is not connected",
    ]);
    expect(errorsOf({ node_1: { type: 'HttpRequest', with: { url: null } } })).toHaveLength(1);
    expect(errorsOf({ node_1: { type: 'HttpRequest', with: { url: 'http://x' } } })).toEqual([]);
  });

  it('PIN_NOT_CONNECTED: inputs of type any need no wire unless they are flagged', () => {
    expect(errorsOf({ e: 'Equal', g: 'GetProperty' })).toEqual([
      "PIN_NOT_CONNECTED g: Input pin 'object' is not connected",
      "PIN_NOT_CONNECTED g: Input pin 'key' is not connected",
    ]);
  });

  it('TYPE_MISMATCH: a wire joins types that do not fit', () => {
    expect(
      errorsOf(
        {
          node_2: { type: 'Split', with: { value: 'a', separator: ',' } },
          node_3: 'Now',
          node_4: { type: 'GetElement', with: { array: [] } },
        },
        ['node_2.result -> node_4.index'],
      ),
    ).toEqual([
      "TYPE_MISMATCH node_4: Cannot connect 'array' output 'result' of node_2 to 'integer' input 'index'",
    ]);
  });

  it('EXEC_DATA_MIX: execution and data are joined, either way', () => {
    expect(
      errorsOf({ a: log, b: { type: 'ForEach', with: { collection: [] } } }, [
        'start.exec -> a.message',
        'b.item -> a.exec',
      ]),
    ).toEqual([
      'EXEC_DATA_MIX a: Execution pin cannot connect to data pin',
      'EXEC_DATA_MIX a: Execution pin cannot connect to data pin',
    ]);
  });

  it('DATA_CYCLE: pure nodes feed each other', () => {
    const b = { type: 'Add', with: { b: 1 } };
    expect(
      errorsOf({ node_2: b, node_3: b, node_4: b }, [
        'node_3.result -> node_2.a',
        'node_2.result -> node_3.a',
        'node_4.result -> node_4.a',
      ]),
    ).toEqual([
      'DATA_CYCLE node_2: Data cycle through nodes node_2, node_3',
      'DATA_CYCLE node_4: Data cycle through nodes node_4',
    ]);
  });

  it('allows data cycles through impure nodes and cycles of execution', () => {
    const wires = ['start -> loop', 'loop -> loop', 'sum.result -> loop.value', 'loop.x -> sum.a'];
    const loop = { type: 'Code', properties: { source: '', inputs: ['value'], outputs: ['x'] } };
    expect(errorsOf({ loop, sum: { type: 'Add', with: { b: 1 } } }, wires)).toEqual([]);
  });

  it('NO_TRIGGER: nothing starts the pattern', () => {
    const codes = (nodes: Nodes) => validateGraph(graphOf(nodes)).errors;
    const expected = [{ nodeId: '', message: 'Pattern has no trigger node', code: 'NO_TRIGGER' }];
    expect(codes({})).toEqual(expected);
    expect(codes({ a: log, s: { type: 'OnStart', disabled: true } })).toEqual(expected);
  });

  it('UNKNOWN_NODE: the type is not in the library, whatever the client says', () => {
    const graph = graphOf({ start: 'OnStart', a: 'Evil', b: 'toString' });
    const nodeDefinitions = { Evil: { id: 'Evil', isPure: true, inputs: [], outputs: [] } };
    expect(validateGraph(graph, { nodeDefinitions }).errors).toEqual([
      { nodeId: 'a', message: "Unknown node type 'Evil'", code: 'UNKNOWN_NODE' },
      { nodeId: 'b', message: "Unknown node type 'toString'", code: 'UNKNOWN_NODE' },
    ]);
  });

  it('UNKNOWN_PIN: a wire names a pin that the node does not have', () => {
    expect(errorsOf({ a: log }, ['start.y -> a.z', 'start.toString -> a.exec'])).toEqual([
      "UNKNOWN_PIN start: Node 'OnStart' has no output pin 'y'",
      "UNKNOWN_PIN a: Node 'Log' has no input pin 'z'",
      "UNKNOWN_PIN start: Node 'OnStart' has no output pin 'toString'",
    ]);
  });

  it('UNKNOWN_PIN: a Switch has no output for a case that it does not list', () => {
    const s = { type: 'Switch', with: { value: 1 }, properties: { cases: ['a'] } };
    expect(errorsOf({ s, a: log }, ['s.case0 -> a', 's.case1 -> a'])).toEqual([
      "UNKNOWN_PIN s: Node 'Switch' has no output pin 'case1'",
    ]);
  });

  it('DANGLING_EDGE: an end of a wire is missing', () => {
    expect(errorsOf({ a: log }, ['start -> n9', 'n8 -> n7', 'n9 -> n9'])).toEqual([
      "DANGLING_EDGE : Edge e0 references missing node 'n9'",
      "DANGLING_EDGE : Edge e1 references missing node 'n8'",
      "DANGLING_EDGE : Edge e1 references missing node 'n7'",
      "DANGLING_EDGE : Edge e2 references missing node 'n9'",
    ]);
  });

  it('DUPLICATE_ID: two nodes share an id', () => {
    const graph = graphOf({ start: 'OnStart' });
    const { errors } = validateGraph({ ...graph, nodes: [...graph.nodes, ...graph.nodes] });
    expect(errors).toEqual([
      { nodeId: 'start', message: "Duplicate node id 'start'", code: 'DUPLICATE_ID' },
    ]);
  });

  it('DUPLICATE_INPUT: a data input has two wires, an execution input may', () => {
    expect(
      errorsOf({ a: 'Log', b: 'Uuid', c: log }, [
        'b.value -> a.message',
        'b.value -> a.message',
        'start -> a',
        'c -> a',
      ]),
    ).toEqual(["DUPLICATE_INPUT a: Input pin 'message' has more than one connection"]);
  });

  it('BAD_PROPERTY: a property or an inline value is wrong', () => {
    expect(
      errorsOf({
        w: { type: 'OnWebhook', properties: { responseMode: 'sometimes' } },
        i: { type: 'Integer', properties: { value: 'many' } },
        h: { type: 'HttpRequest', with: { url: 'x', method: 'BREW', timeout: [] } },
        c: { type: 'Code', properties: {} },
      }),
    ).toEqual([
      'BAD_PROPERTY w: Response mode must be immediate, lastNode or responseNode',
      'BAD_PROPERTY i: Value is not a valid integer',
      'BAD_PROPERTY c: Source must be a text',
      "BAD_PROPERTY h: Value of input pin 'method' is not one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
      "BAD_PROPERTY h: Value of input pin 'timeout' is not a valid float",
    ]);
  });

  it('BAD_PROPERTY: a loop exit can be reached outside of a loop', () => {
    const nodes = { loop: { type: 'ForRange', with: { end: 3 } }, b: 'Break', c: 'Continue' };
    expect(errorsOf(nodes, ['start -> loop', 'loop.body -> b', 'loop.completed -> c'])).toEqual([
      'BAD_PROPERTY c: Continue outside loop',
    ]);
    expect(errorsOf(nodes, ['start -> loop', 'loop.body -> b', 'start -> b'])).toEqual([
      'BAD_PROPERTY b: Break outside loop',
    ]);
    expect(errorsOf(nodes)).toEqual([]);
  });

  it('BAD_PROPERTY: a variable is unknown, declared twice or has a wrong default', () => {
    const nodes = {
      get: { type: 'GetVariable', with: { name: 'missing' } },
      set: { type: 'SetVariable', with: { name: 'n' } },
      dynamic: 'GetVariable',
      id: 'Uuid',
    };
    expect(errorsOf(nodes, ['id.value -> dynamic.name'], { n: ['integer', 'x'] })).toEqual([
      "BAD_PROPERTY : Default of variable 'n' is not a valid integer",
      "BAD_PROPERTY get: Unknown variable 'missing'",
    ]);
    const graph = graphOf({ start: 'OnStart' }, [], { n: ['integer'] });
    const twice = { ...graph, variables: [...graph.variables, ...graph.variables] };
    expect(validateGraph(twice).errors).toEqual([
      { nodeId: '', message: "Duplicate variable 'n'", code: 'BAD_PROPERTY' },
    ]);
  });

  it('are all reported at once', () => {
    const graph = graphOf(
      {
        a: 'HttpRequest',
        b: 'Nothing',
        c: 'Add',
        d: 'Split',
        e: { type: 'Switch', properties: { cases: 1 } },
      },
      ['c.result -> c.a', 'd.result -> c.b', 'a -> c.a', 'a.x -> a', 'z -> a', 'd.result -> c.b'],
    );
    const { errors } = validateGraph({
      ...graph,
      nodes: [...graph.nodes, ...graph.nodes.slice(0, 1)],
    });
    expect([...new Set(errors.map((error) => error.code))].sort()).toEqual([
      'BAD_PROPERTY',
      'DANGLING_EDGE',
      'DATA_CYCLE',
      'DUPLICATE_ID',
      'DUPLICATE_INPUT',
      'EXEC_DATA_MIX',
      'NO_TRIGGER',
      'PIN_NOT_CONNECTED',
      'TYPE_MISMATCH',
      'UNKNOWN_NODE',
      'UNKNOWN_PIN',
    ]);
  });

  it('says nothing about the inputs of a disabled node', () => {
    expect(errorsOf({ a: { type: 'HttpRequest', disabled: true } })).toEqual([]);
  });
});

describe('warnings', () => {
  it('tell of nodes that no trigger reaches', () => {
    expect(warningsOf({ start: 'OnStart', a: log, b: log, note: 'Comment' }, ['a -> b'])).toEqual([
      "UNREACHABLE_NODE a: Node 'Log' is not reached from any trigger",
      "UNREACHABLE_NODE b: Node 'Log' is not reached from any trigger",
    ]);
  });

  it('tell of an execution output with several wires', () => {
    expect(warningsOf({ start: 'OnStart', a: log, b: log }, ['start -> a', 'start -> b'])).toEqual([
      "EXEC_FAN_OUT start: Execution output 'exec' has more than one connection; they run one after the other: use Sequence",
    ]);
  });

  it('tell of variables that nothing uses, unless a name is only known at run time', () => {
    const variables = { used: ['integer'], idle: ['string'] };
    const get = { type: 'GetVariable', with: { name: 'used' } };
    expect(warningsOf({ start: 'OnStart', get }, [], variables)).toEqual([
      "UNUSED_VARIABLE : Variable 'idle' is not used",
    ]);
    const dynamic = { start: 'OnStart', id: 'Uuid', get: 'GetVariable' };
    expect(warningsOf(dynamic, ['id.value -> get.name'], variables)).toEqual([]);
  });

  it('tell of fractions that get lost', () => {
    const nodes = { start: 'OnStart', r: 'Random', e: { type: 'GetElement', with: { array: [] } } };
    expect(warningsOf(nodes, ['r.result -> e.index'])).toEqual([
      "LOSSY_COERCION e: Input pin 'index' drops the fraction of 'float' output 'result'",
    ]);
  });

  it('tell of responses that nobody waits for', () => {
    const webhook = (responseMode?: string) => ({
      type: 'OnWebhook',
      properties: responseMode === undefined ? {} : { responseMode },
    });
    const warned = (mode?: string) =>
      warningsOf({ w: webhook(mode), r: 'RespondToWebhook' }, ['w -> r']);
    expect(warned()).toEqual([]);
    expect(warned('responseNode')).toEqual([]);
    expect(warned('immediate')).toEqual([
      'RESPOND_NOT_AWAITED r: The webhook w does not wait for this response',
    ]);
    expect(warningsOf({ s: 'OnStart', r: 'RespondToWebhook' }, ['s -> r'])).toEqual([
      'RESPOND_NOT_AWAITED r: A run started by s has no request to respond to',
    ]);
  });
});
