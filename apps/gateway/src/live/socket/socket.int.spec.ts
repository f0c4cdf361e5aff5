import { once } from 'node:events';
import { connect } from 'node:net';

import { newId } from '@runnel/ids';
import type { RunLog } from '@runnel/run-log';
import { waitFor } from '@runnel/testing';
import { WebSocket } from 'ws';

import { FakeMetrics } from '../../testing/fake-metrics';
import { send } from '../../testing/http';
import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { RunStory } from '../../testing/run-story';
import { startGateway } from '../../testing/start-gateway';

type Message = Readonly<Record<string, unknown>>;

/** A client of `/api/ws` that keeps what it is told. */
class Client {
  readonly messages: Message[] = [];
  closed: number | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString('utf8')) as Message);
    });
    socket.on('close', (code) => (this.closed = code));
  }

  /** Resolves once it is open; rejects with the status of the refusal. */
  static open(url: string, headers: Record<string, string> = {}): Promise<Client> {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    const client = new Client(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('unexpected-response', (_, response) => {
        reject(new Error(`refused with ${response.statusCode}`));
        response.destroy();
      });
      socket.once('error', reject);
    });
  }

  types(runId?: string): unknown[] {
    return this.messages
      .filter(({ run_id: id }) => runId === undefined || id === runId)
      .map(({ type }) => type);
  }

  seqs(): unknown[] {
    return this.messages.map(({ seq }) => seq);
  }
}

/** The status line that an upgrade of `path`, sent as it is, is answered with. */
async function upgradeAt(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return head.toString().split('\r\n')[0] ?? '';
}

describe('GET /api/ws', () => {
  let all: RunningGateway;
  let log: RunLog;
  let metrics: FakeMetrics;

  beforeAll(async () => {
    all = await startAll();
    ({ log } = all.gateway);
    metrics = new FakeMetrics(all.services, log);
  });

  afterAll(() => all?.stop());

  const url = (query = '', base = all.url): string => `${base}/api/ws${query}`;
  const bearer = (project?: string): Record<string, string> => ({
    authorization: `Bearer ${all.gateway.token(project === undefined ? {} : { project })}`,
  });
  const tell = async (project = 'prj_1'): Promise<RunStory> => {
    const run = new RunStory(log, newId('run'), project);
    await run.request();
    await run.start();
    run.say(1);
    await run.step();
    await run.complete();
    return run;
  };
  const WHOLE = ['run.started', 'log', 'node.completed', 'run.completed'];
  /** A session that has seen a first run of its project is being served. */
  const served = async (client: Client, project?: string): Promise<void> => {
    await waitFor(
      async () => {
        await tell(project);
        return client.messages.length > 0;
      },
      { what: 'the first news' },
    );
  };

  it('tells all that happens in the project of the caller, and nothing of others', async () => {
    const mine = await Client.open(url(), bearer());
    const theirs = await Client.open(url(), bearer('prj_2'));
    await served(mine);
    const run = await tell();
    const foreign = await tell('prj_2');
    await waitFor(() => theirs.types(foreign.runId).length === 4, { what: 'their run' });
    await waitFor(() => mine.types(run.runId).length === 4, { what: 'my run' });
    expect(mine.types(run.runId)).toEqual(WHOLE);
    expect(mine.types(foreign.runId)).toEqual([]);
    expect(theirs.types(run.runId)).toEqual([]);
    expect(mine.messages.at(-1)).toMatchObject({
      type: 'run.completed',
      run_id: run.runId,
      pipeline_id: 'pat_1',
      status: 'success',
      seq: expect.stringMatching(/^\d+:\d+$/) as unknown,
    });
    mine.socket.close();
    theirs.socket.close();
  });

  it('tells one run from its beginning, or from where the client was, and then live', async () => {
    const run = new RunStory(log, newId('run'));
    await run.request();
    await run.start();
    run.say(2);
    const whole = await Client.open(url(`?run_id=${run.runId}`), bearer());
    await waitFor(() => whole.messages.length === 3, { what: 'the past' });
    const after = encodeURIComponent(String(whole.seqs()[1]));
    const rest = await Client.open(url(`?run_id=${run.runId}&after=${after}`), bearer());
    await tell();
    await run.step();
    await run.complete();
    await waitFor(() => whole.messages.length === 5 && rest.messages.length === 3, {
      what: 'the end',
    });
    expect(whole.types()).toEqual(['run.started', 'log', 'log', 'node.completed', 'run.completed']);
    expect(rest.seqs()).toEqual(whole.seqs().slice(2));
    whole.socket.close();
    rest.socket.close();
  });

  it('lets a client subscribe to a run, from its beginning or from what it was told of it', async () => {
    const run = await tell();
    await metrics.catchUp();
    const client = await Client.open(url(), bearer());
    client.socket.send(JSON.stringify({ type: 'subscribe', runId: run.runId }));
    await waitFor(() => client.types(run.runId).length === 4, { what: 'the past' });
    expect(client.types(run.runId)).toEqual(WHOLE);
    await served(client);
    const live = new RunStory(log, newId('run'));
    await live.request();
    await live.start();
    await waitFor(() => client.types(live.runId).length === 1, { what: 'news of the project' });
    const news = client.messages.find(({ run_id: id }) => id === live.runId);
    client.socket.send(
      JSON.stringify({ type: 'subscribe', runId: live.runId, after: news?.['seq'] }),
    );
    await live.step();
    await live.step();
    await live.complete();
    await waitFor(() => client.types(live.runId).includes('run.completed'), { what: 'the end' });
    // What was on its way when the client subscribed may come twice; its seq tells.
    const told = new Map(client.messages.map((message) => [message['seq'], message]));
    const ofRun = [...told.values()].filter(({ run_id: id }) => id === live.runId);
    expect(ofRun.map(({ type }) => type)).toEqual([
      'run.started',
      'node.completed',
      'node.completed',
      'run.completed',
    ]);
    client.socket.close();
  });

  it('says what it does not understand, and what does not exist', async () => {
    const foreign = await tell('prj_2');
    const client = await Client.open(url(), bearer());
    client.socket.send('{"type":"call","method":"drop"}');
    client.socket.send(Buffer.from([1, 2, 3]));
    client.socket.send(JSON.stringify({ type: 'subscribe', runId: foreign.runId }));
    client.socket.send(JSON.stringify({ type: 'subscribe', runId: newId('run'), after: 'x' }));
    await waitFor(() => client.messages.length === 4, { what: 'four complaints' });
    expect(client.messages.map(({ code }) => code).sort()).toEqual([
      'INVALID_MESSAGE',
      'INVALID_MESSAGE',
      'INVALID_POSITION',
      'RUN_NOT_FOUND',
    ]);
    client.socket.close();
  });

  it.each([
    ['without a credential', '', {}, 401],
    ['with a bad token', '?token=abc.def.ghi', {}, 401],
    ['with a bad bearer', '', { authorization: 'Bearer nonsense' }, 401],
    ['for a position without a run', '?after=0:1', 'token', 400],
    ['for something that is no run', '?run_id=*', 'token', 400],
  ] as const)('refuses a client %s before the upgrade', async (_, query, headers, status) => {
    const given = headers === 'token' ? bearer() : headers;
    await expect(Client.open(url(query), given)).rejects.toThrow(`refused with ${status}`);
  });

  it('takes a token from the query, and a cookie only for pages of this site', async () => {
    const token = all.gateway.token();
    (await Client.open(url(`?token=${token}`))).socket.close();
    const cookie = `runnel_session=${token}`;
    (await Client.open(url(), { cookie })).socket.close();
    (await Client.open(url(), { cookie, origin: all.url })).socket.close();
    await expect(Client.open(url(), { cookie, origin: 'https://evil.example' })).rejects.toThrow(
      'refused with 403',
    );
  });

  it('is the only path that can be upgraded', async () => {
    const elsewhere = `${all.url}/api/patterns`.replace('http', 'ws');
    await expect(Client.open(elsewhere, bearer())).rejects.toThrow('refused with 404');
    const plain = await send(url(), { token: all.gateway.token() });
    expect([plain.status, plain.body['code']]).toEqual([426, 'UPGRADE_REQUIRED']);
  });

  it('hangs up on a client that says too much', async () => {
    const large = await Client.open(url(), bearer());
    large.socket.on('error', () => undefined);
    large.socket.send('x'.repeat(10_000));
    await waitFor(() => large.closed, { what: 'the socket to be closed' });
    expect(large.closed).toBe(1_009);
    const many = await Client.open(url(), bearer());
    for (let n = 0; n < 300; n += 1) many.socket.send('{}');
    await waitFor(() => many.closed, { what: 'the socket to be closed' });
    expect(many.closed).toBe(1_008);
  });

  it('says so when it stops, so that clients go elsewhere', async () => {
    const stopping = await startGateway(all.nats.url);
    const client = await Client.open(url('', stopping.baseUrl), bearer());
    await stopping.stop();
    await waitFor(() => client.closed, { what: 'the socket to be closed' });
    expect(client.closed).toBe(1_001);
  });

  it('answers an upgrade of what is no path', async () => {
    expect(await upgradeAt(all.url, '//')).toBe('HTTP/1.1 400 Bad Request');
    expect(await upgradeAt(all.url, '/api/other')).toBe('HTTP/1.1 404 Not Found');
  });

  it('counts the sockets that a caller opens', async () => {
    const strict = await startGateway(all.nats.url, {
      RUNNEL_RATE_LIMITS: 'on',
      RUNNEL_RATE_LIMIT_READ: '2',
    });
    const headers = { authorization: `Bearer ${strict.token()}` };
    const open = () => Client.open(`${strict.baseUrl}/api/ws`, headers);
    const clients = [await open(), await open()];
    await expect(open()).rejects.toThrow('refused with 429');
    for (const { socket } of clients) socket.terminate();
    await strict.stop();
  });
});
