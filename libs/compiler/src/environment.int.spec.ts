import { compileGraph } from './compile-graph';
import { readsEnvironment } from './reads-environment';
import { graphOf } from './testing/graph-builder.contract';
import { GuestVm } from './testing/guest-vm.contract';

describe('environment', () => {
  const vm = new GuestVm();
  afterAll(() => vm.close());

  const greeting = graphOf(
    {
      start: 'OnStart',
      env: { type: 'GetEnvironment', with: { name: 'REGION' } },
      secret: { type: 'GetSecret', with: { name: 'KEY' } },
      both: 'Concat',
      log: 'Log',
    },
    ['start -> log', 'env.value -> both.a', 'secret.value -> both.b', 'both.result -> log.message'],
  );
  const request = { env: { REGION: 'eu-' }, secrets: { KEY: 'k-123' } };

  it('gives a program the variables and secrets it was started with', async () => {
    const outcome = await vm.runGraph(greeting, { request });
    expect(outcome.logs).toMatchObject([{ message: 'eu-k-123' }]);
  });

  it.each([
    ['GetEnvironment', 'nothing', 'UNKNOWN_ENVIRONMENT_VARIABLE'],
    ['GetSecret', '__proto__', 'UNKNOWN_SECRET'],
    ['GetSecret', 'REGION', 'UNKNOWN_SECRET'],
  ])('raises where %s asks for %s', async (type, name, code) => {
    const graph = graphOf({ start: 'OnStart', read: { type, with: { name } }, log: 'Log' }, [
      'start -> log',
      'read.value -> log.message',
    ]);
    const outcome = await vm.runGraph(graph, { request });
    expect(outcome).toMatchObject({ status: 'failed', error: { code, nodeId: 'read' } });
  });

  it('knows which programs ask for it', () => {
    const codeOf = (graph: ReturnType<typeof graphOf>): string => {
      const result = compileGraph(graph);
      return result.ok ? result.code : '';
    };
    expect(readsEnvironment(codeOf(greeting))).toBe(true);
    const plain = graphOf({ start: 'OnStart', log: { type: 'Log', with: { message: 'x' } } }, [
      'start -> log',
    ]);
    expect(readsEnvironment(codeOf(plain))).toBe(false);
  });

  it('tells the host of a request its connection, and refuses what is none', async () => {
    const call = (connection: string) =>
      graphOf(
        {
          start: 'OnStart',
          call: {
            type: 'HttpRequest',
            with: { url: 'https://x.example' },
            properties: { connection },
          },
        },
        ['start -> call'],
      );
    const id = `conn_${'0'.repeat(26)}`;
    const answers = { call: { ok: true, output: {} } } as const;
    const outcome = await vm.runGraph(call(id), { answers });
    expect(outcome.steps[0]?.input).toMatchObject({ connection: id, url: 'https://x.example' });
    expect((await vm.runGraph(call(''), { answers })).steps[0]?.input).not.toHaveProperty(
      'connection',
    );
    expect(compileGraph(call('github'))).toMatchObject({
      ok: false,
      errors: [{ nodeId: 'call', code: 'BAD_PROPERTY' }],
    });
  });
});
