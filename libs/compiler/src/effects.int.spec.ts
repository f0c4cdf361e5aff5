import type { Json, JsonObject } from '@runnel/definitions';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

let vm: GuestVm;
beforeAll(() => {
  vm = new GuestVm();
});
afterAll(() => vm.close());

const http = { type: 'HttpRequest', with: { url: 'https://x.example' } };
const ok = (output: Json) => ({ ok: true, output }) as const;

describe('steps', () => {
  it('give the host their key, type and converted inputs, and their outputs to whoever reads', async () => {
    const graph = graphOf(
      {
        s: 'OnStart',
        h: { ...http, with: { url: 'https://x.example', method: 'POST', timeout: '2.5' } },
        l: 'Log',
      },
      ['s -> h', 'h -> l', 's.eventData -> h.body', 'h.status -> l.message'],
    );
    const outcome = await vm.runGraph(graph, {
      event: { a: 1 },
      answers: { 'h:0': ok({ status: 204, response: {}, responseBody: '', secret: 'x' }) },
    });
    expect(outcome.steps).toEqual([
      {
        key: 'h:0',
        nodeId: 'h',
        type: 'HttpRequest',
        input: {
          url: 'https://x.example',
          method: 'POST',
          headers: {},
          body: { a: 1 },
          timeout: 2.5,
        },
      },
    ]);
    expect(outcome.logs.map(({ message }) => message)).toEqual(['204']);
    expect(outcome.output).toEqual({
      response: {},
      status: 204,
      responseHeaders: null,
      responseBody: '',
    });
  });

  it('fail the run with what the host says, at their node', async () => {
    const error = { type: 'HttpError', message: 'connection refused', code: 'ECONNREFUSED' };
    const outcome = await vm.runGraph(graphOf({ s: 'OnStart', h: http }, ['s -> h']), {
      answers: { h: { ok: false, error } },
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { ...error, nodeId: 'h' } });
  });

  it('are limited in number', async () => {
    const graph = graphOf({ s: 'OnStart', r: { type: 'ForRange', with: { end: 9 } }, h: http }, [
      's -> r',
      'r.body -> h',
    ]);
    const outcome = await vm.runGraph(graph, { request: { limits: { maxSteps: 3 } } });
    expect(outcome.steps).toHaveLength(3);
    expect(outcome.error).toEqual({
      type: 'LimitError',
      message: 'The run has more than 3 steps',
      nodeId: 'h',
      code: 'STEP_LIMIT',
    });
  });

  it('cannot go over their limit by catching the error', async () => {
    const graph = graphOf({ s: 'OnStart', t: 'TryCatch', h: http, again: http }, [
      's -> t',
      't.try -> h',
      'h -> again',
      't.catch -> again',
      't.finally -> again',
    ]);
    const outcome = await vm.runGraph(graph, { request: { limits: { maxSteps: 1 } } });
    expect(outcome.steps).toHaveLength(1);
    expect(outcome.error).toMatchObject({ code: 'STEP_LIMIT' });
  });

  it('Delay waits up to an hour', async () => {
    const delayed = (seconds: Json) =>
      vm.runGraph(graphOf({ s: 'OnStart', d: { type: 'Delay', with: { seconds } } }, ['s -> d']));
    expect((await delayed('3600')).steps.map(({ input }) => input)).toEqual([{ seconds: 3600 }]);
    for (const seconds of [3600.1, -1]) {
      expect((await delayed(seconds)).error).toMatchObject({ code: 'DELAY_OUT_OF_RANGE' });
    }
  });

  it('RespondToWebhook answers once; the run goes on', async () => {
    const graph = graphOf(
      {
        w: 'OnWebhook',
        a: { type: 'RespondToWebhook', with: { statusCode: 201, body: 'one' } },
        b: { type: 'RespondToWebhook', with: { body: 'two' } },
        l: { type: 'Log', with: { message: 'after' } },
      },
      ['w -> a', 'a -> b', 'b -> l'],
    );
    const outcome = await vm.runGraph(graph);
    expect(outcome.steps.map(({ key, input }) => [key, input])).toEqual([
      ['a:0', { statusCode: 201, headers: {}, body: 'one' }],
    ]);
    expect(outcome.logs).toEqual([
      {
        level: 'warn',
        message: 'The webhook has been answered already; this answer is ignored',
        nodeId: 'b',
      },
      { level: 'info', message: 'after', nodeId: 'l' },
    ]);
  });

  it('RespondToWebhook refuses a status that is none', async () => {
    const respond = { type: 'RespondToWebhook', with: { statusCode: 99 } };
    const outcome = await vm.runGraph(graphOf({ w: 'OnWebhook', r: respond }, ['w -> r']));
    expect(outcome.error).toMatchObject({ code: 'STATUS_OUT_OF_RANGE', nodeId: 'r' });
  });
});

describe('a resumed run', () => {
  const graph = graphOf(
    {
      s: 'OnStart',
      e: { type: 'ForEach', with: { collection: ['a', 'b', 'c'] } },
      h: 'HttpRequest',
      url: 'Concat',
      id: 'Uuid',
      l: 'Log',
      now: 'Now',
      c: {
        type: 'Code',
        properties: { source: 'return {x: x + 1}', inputs: ['x'], outputs: ['x'] },
      },
      d: 'RespondWith',
    },
    [
      's -> e',
      'e.body -> h',
      'e.item -> url.a',
      'id.value -> url.b',
      'url.result -> h.url',
      'h -> c',
      'h.status -> c.x',
      'c -> l',
      'now.value -> l.message',
      'e.completed -> d',
      'c.x -> d.value',
    ],
  );
  const answers = { 'h:0': ok({ status: 1 }), 'h:1': ok({ status: 2 }), 'h:2': ok({ status: 3 }) };

  it('asks for the same keys in the same order, and ends alike', async () => {
    const first = await vm.runGraph(graph, { answers });
    expect(first.values.map(({ key }) => key)).toEqual([
      'id:0',
      'now:0',
      'id:1',
      'now:1',
      'id:2',
      'now:2',
    ]);
    const values = Object.fromEntries(first.values.map(({ key, value }) => [key, value]));
    const again = await vm.runGraph(graph, { answers, values });
    expect(again).toEqual(first);
    expect(again.output).toEqual({ value: 4 });
  });

  it('had asked for the first of them when it was suspended', async () => {
    const whole = await vm.runGraph(graph, { answers });
    const part = await vm.runGraph(graph, { answers: { ...answers, 'h:1': 'suspend' } });
    expect(part.status).toBe('suspended');
    expect(part.steps).toEqual(whole.steps.slice(0, 2));
    expect(part.fired).toEqual(whole.fired.slice(0, part.fired.length));
    expect(part.logs).toEqual(whole.logs.slice(0, 1));
  });
});

describe('pulls', () => {
  it('evaluate a pure node once for all that one firing reads, and anew for the next', async () => {
    const graph = graphOf(
      {
        s: 'OnStart',
        r: { type: 'ForRange', with: { end: 2 } },
        id: 'Uuid',
        twice: 'Concat',
        l: 'Log',
      },
      [
        's -> r',
        'r.body -> l',
        'id.value -> twice.a',
        'id.value -> twice.b',
        'twice.result -> l.message',
      ],
    );
    const outcome = await vm.runGraph(graph);
    expect(outcome.values.map(({ key }) => key)).toEqual(['id:0', 'id:1']);
    expect(outcome.logs.map(({ message }) => message)).toEqual(['uuid-0uuid-0', 'uuid-1uuid-1']);
  });

  it.each([
    ['Select', { condition: true, ifTrue: 'short' }, 'ifFalse', 'short'],
    ['Select', { condition: false, ifFalse: 'short' }, 'ifTrue', 'short'],
    ['And', { a: false }, 'b', false],
    ['Or', { a: true }, 'b', true],
    ['Coalesce', { a: 'short' }, 'b', 'short'],
  ])('%s %j leaves its input %s alone', async (type, inputs: JsonObject, pin, expected) => {
    const graph = graphOf(
      {
        s: 'OnStart',
        lazy: { type, with: inputs },
        bad: { type: 'Divide', with: { b: 0 } },
        id: 'Random',
        out: 'RespondWith',
      },
      ['s -> out', 'id.result -> bad.a', `bad.result -> lazy.${pin}`, 'lazy.result -> out.value'],
    );
    expect(await vm.runGraph(graph)).toMatchObject({ output: { value: expected }, values: [] });
  });

  it('read null from a node that has not run, and warn once', async () => {
    const graph = graphOf(
      { s: 'OnStart', r: { type: 'ForRange', with: { end: 2 } }, l: 'Log', h: http },
      ['s -> r', 'r.body -> l', 'h.responseBody -> l.message'],
    );
    expect((await vm.runGraph(graph)).logs).toEqual([
      {
        level: 'warn',
        message: "Output 'responseBody' is read before the node has run; it is null",
        nodeId: 'h',
      },
      { level: 'info', message: '', nodeId: 'l' },
      { level: 'info', message: '', nodeId: 'l' },
    ]);
  });
});

describe('the output of a run', () => {
  const code = (name: string) => ({
    type: 'Code',
    properties: { source: `return { ${name}: 1 }`, outputs: [name] },
  });
  const log = { type: 'Log', with: { message: 'x' } };

  it('is what the last node with data gave', async () => {
    const graph = graphOf({ s: 'OnStart', a: code('a'), b: code('b'), l: log }, [
      's -> a',
      'a -> b',
      'b -> l',
    ]);
    expect((await vm.runGraph(graph)).output).toEqual({ b: 1 });
  });

  it('is what RespondWith says, even if nodes follow on other chains', async () => {
    const outputs = [
      { name: 'total', type: 'integer' },
      { name: 'note', type: 'string' },
    ];
    const respond = { type: 'RespondWith', properties: { outputs }, with: { total: '7.5' } };
    const graph = graphOf({ s: 'OnStart', r: respond, a: code('a') }, ['s -> r', 's -> a']);
    expect((await vm.runGraph(graph)).output).toEqual({ total: 7, note: '' });
  });

  it('is null when no node gave data', async () => {
    const graph = graphOf({ s: 'OnStart', l: log }, ['s -> l']);
    expect((await vm.runGraph(graph, { event: { a: 1 } })).output).toBeNull();
  });
});

describe('variables', () => {
  const set = (value: Json) => ({ type: 'SetVariable', with: { name: 'v', value } });
  const get = { type: 'GetVariable', with: { name: 'v' } };
  const wires = ['s -> set', 'set -> out', 'get.value -> out.value'];

  it.each([
    ['integer', '42.9', 42],
    ['string', 42, '42'],
    ['array', [1, [2]], [1, [2]]],
    ['boolean', 0, false],
  ])('of type %s hold %j as %j', async (type, value, expected) => {
    const graph = graphOf({ s: 'OnStart', set: set(value), get, out: 'RespondWith' }, wires, {
      v: [type],
    });
    expect((await vm.runGraph(graph)).output).toEqual({ value: expected });
  });

  it.each([
    ['string', ''],
    ['integer', 0],
    ['boolean', false],
    ['object', {}],
    ['array', []],
  ])('of type %s start as %j', async (type, expected) => {
    const graph = graphOf(
      { s: 'OnStart', get, out: 'RespondWith' },
      ['s -> out', 'get.value -> out.value'],
      {
        v: [type],
      },
    );
    expect((await vm.runGraph(graph)).output).toEqual({ value: expected });
    const given = await vm.runGraph(graph, { request: { variables: { v: null, other: 1 } } });
    expect(given.status).toBe('completed');
  });

  it('refuse what is not their type, and names that are not declared', async () => {
    const wrong = graphOf({ s: 'OnStart', set: set('x') }, ['s -> set'], { v: ['integer'] });
    expect((await vm.runGraph(wrong)).error).toEqual({
      type: 'TypeError',
      message: 'Input pin \'value\' of set expects integer but got string "x"',
      nodeId: 'set',
      code: 'COERCION_FAILED',
    });
    const dynamic = graphOf(
      {
        s: 'OnStart',
        get: 'GetVariable',
        id: { type: 'Concat', with: { a: '__pro', b: 'to__' } },
        out: 'RespondWith',
      },
      ['s -> out', 'get.value -> out.value', 'id.result -> get.name'],
    );
    expect((await vm.runGraph(dynamic)).error).toMatchObject({
      message: "Unknown variable '__proto__'",
      code: 'UNKNOWN_VARIABLE',
      nodeId: 'get',
    });
  });
});

describe('triggers', () => {
  const graph = graphOf(
    { s: 'OnStart', w: 'OnWebhook', a: 'RespondWith', b: 'RespondWith', j: 'StringifyJson' },
    ['s -> a', 's.eventData -> a.value', 'w -> b', 'w.body -> j.value', 'j.text -> b.value'],
  );

  it('start the chain that the request names', async () => {
    const event = { body: { x: 1 }, headers: {}, query: {}, method: 'PUT', url: '/u' };
    expect((await vm.runGraph(graph, { trigger: 's', event })).output).toEqual({ value: event });
    expect((await vm.runGraph(graph, { trigger: 'w', event })).output).toEqual({
      value: '{"x":1}',
    });
  });

  it('take any object of a manual run as the body of a POST', async () => {
    const run = await vm.runGraph(graph, { trigger: 'w', event: { total: 7 } });
    expect(run.output).toEqual({ value: '{"total":7}' });
    expect(run.fired[0]?.output).toEqual({
      body: { total: 7 },
      headers: {},
      query: {},
      method: 'POST',
      url: '',
    });
    const none = await vm.runGraph(graph, { trigger: 'w', event: null });
    expect(none.output).toEqual({ value: 'null' });
  });

  it.each(['nobody', 'a', '__proto__', 'constructor'])('refuse to start at %s', async (trigger) => {
    expect((await vm.runGraph(graph, { trigger })).error).toMatchObject({
      code: 'UNKNOWN_TRIGGER',
    });
  });
});

describe('notes', () => {
  const loop = (end: number) =>
    graphOf({ s: 'OnStart', r: { type: 'ForRange', with: { end } }, l: 'Log' }, [
      's -> r',
      'r.body -> l',
      'r.index -> l.message',
    ]);

  it('name each impure node that ran, in order', async () => {
    const { fired } = await vm.runGraph(loop(2), { event: { a: 1 } });
    expect(fired.map(({ key, type, output }) => [key, type, output])).toEqual([
      ['s:0', 'OnStart', { eventData: { a: 1 } }],
      ['r:0', 'ForRange', null],
      ['l:0', 'Log', null],
      ['l:1', 'Log', null],
    ]);
  });

  it('are counted, not told, after the first 200', async () => {
    const { fired, firedOmitted } = await vm.runGraph(loop(1_000));
    expect(fired).toHaveLength(200);
    expect(firedOmitted).toBe(802);
  });

  it('tell the inputs in a traced run', async () => {
    const traced = await vm.runGraph(loop(1), { compile: { trace: true } });
    expect(traced.fired.map(({ inputs }) => inputs)).toEqual([
      null,
      { start: 0, end: 1, step: 1 },
      { message: '0', level: 'info' },
    ]);
    const asked = await vm.runGraph(loop(1), { request: { traced: true } });
    expect(asked.fired).toEqual(traced.fired);
    const plain = await vm.runGraph(loop(1));
    expect(plain.fired.every(({ inputs }) => inputs === null)).toBe(true);
  });
});

describe('pinned nodes', () => {
  const graph = graphOf(
    {
      s: 'OnStart',
      h: http,
      b: { type: 'Branch', with: { condition: true } },
      n: 'Now',
      y: 'Log',
      no: { type: 'Log', with: { message: 'no' } },
    },
    ['s -> h', 'h -> b', 'b.true -> y', 'b.false -> no', 'n.value -> y.message'],
  );

  it('have no effect and give their pinned outputs', async () => {
    const pinnedNodes = { h: { status: 200, responseBody: 'frozen' }, n: { value: '2020-01-01' } };
    const outcome = await vm.runGraph(graph, { compile: { pinnedNodes } });
    expect(outcome).toMatchObject({ status: 'completed', steps: [], values: [] });
    expect(outcome.logs.map(({ message }) => message)).toEqual(['2020-01-01']);
    expect(outcome.fired[1]).toMatchObject({ nodeId: 'h', output: pinnedNodes.h });
  });

  it('take the execution output that $exec names', async () => {
    const pinnedNodes = { h: {}, b: { $exec: 'false' } };
    const outcome = await vm.runGraph(graph, { compile: { pinnedNodes } });
    expect(outcome.logs.map(({ message }) => message)).toEqual(['no']);
  });

  it('have their values converted where they are read', async () => {
    const pinnedNodes = { h: {}, n: { value: 'not a time' } };
    const reading = graphOf(
      { s: 'OnStart', n: 'Now', a: { type: 'Add', with: { b: 1 } }, u: 'Uuid', o: 'RespondWith' },
      ['s -> o', 'u.value -> a.a', 'a.result -> o.value'],
    );
    const pinned = (value: Json) =>
      vm.runGraph(reading, { compile: { pinnedNodes: { ...pinnedNodes, u: { value } } } });
    expect((await pinned('41')).output).toEqual({ value: 42 });
    expect((await pinned('x')).error).toMatchObject({ code: 'COERCION_FAILED', nodeId: 'a' });
  });
});

describe('disabled nodes', () => {
  it('are passed through, and give null', async () => {
    const graph = graphOf(
      {
        s: 'OnStart',
        h: { ...http, disabled: true },
        r: { type: 'ForRange', disabled: true },
        l: 'Log',
        x: { type: 'Log', with: { message: 'body' } },
        id: { type: 'Uuid', disabled: true },
        c: 'Concat',
      },
      [
        's -> h',
        'h -> r',
        'r.body -> x',
        'r.completed -> l',
        'h.status -> c.a',
        'id.value -> c.b',
        'c.result -> l.message',
      ],
    );
    const outcome = await vm.runGraph(graph);
    expect(outcome).toMatchObject({ status: 'completed', steps: [], values: [] });
    expect(outcome.logs).toEqual([{ level: 'info', message: '', nodeId: 'l' }]);
  });
});
