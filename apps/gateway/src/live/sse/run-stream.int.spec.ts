import { connect } from 'node:net';

import { UnavailableError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { RunLog } from '@runnel/run-log';
import { waitFor } from '@runnel/testing';

import { FakeMetrics } from '../../testing/fake-metrics';
import { send } from '../../testing/http';
import { type RunningGateway, startAll } from '../../testing/running-gateway';
import { RunStory } from '../../testing/run-story';
import { StreamReader } from '../../testing/sse';
import { startGateway } from '../../testing/start-gateway';

describe('GET /v1/runs/:id/stream', () => {
  let all: RunningGateway;
  let log: RunLog;
  let metrics: FakeMetrics;

  beforeAll(async () => {
    all = await startAll({ RUNNEL_MAX_STREAMS_PER_PROJECT: '40' });
    ({ log } = all.gateway);
    metrics = new FakeMetrics(all.services, log);
  });

  afterAll(() => all?.stop());
  afterEach(() => metrics.forget());

  const newRun = async (project?: string): Promise<RunStory> => {
    const run = new RunStory(log, newId('run'), project);
    await run.request();
    return run;
  };
  const url = (runId: string, base = all.url): string => `${base}/v1/runs/${runId}/stream`;
  const open = (runId: string, after?: string): Promise<StreamReader> =>
    StreamReader.open(url(runId), all.gateway.token(), after);
  const ids = (...readers: StreamReader[]): string[] =>
    readers.flatMap(({ frames }) => frames.map(({ id }) => id));
  const frames = (reader: StreamReader, count: number): Promise<unknown> =>
    waitFor(() => reader.frames.length >= count, { what: `${count} frames` });
  const end = (reader: StreamReader): Promise<unknown> =>
    waitFor(() => reader.ended, { what: 'the stream to end' });

  it('tells a run from its beginning, then live, and ends with it', async () => {
    const run = await newRun();
    const reader = await open(run.runId);
    expect(reader.status).toBe(200);
    expect(reader.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reader.headers.get('cache-control')).toContain('no-cache');
    expect(reader.headers.get('x-accel-buffering')).toBe('no');
    expect(reader.headers.get('x-content-type-options')).toBe('nosniff');
    await frames(reader, 1);
    await run.start();
    run.say(3);
    await run.step();
    await run.complete();
    await end(reader);
    expect(reader.retries).toEqual([2_000]);
    expect(reader.frames.map(({ data }) => data['to'] ?? data['event_type'])).toEqual([
      'queued',
      'executing',
      'log',
      'log',
      'log',
      'step_completed',
      'completed',
    ]);
  });

  it('resumes after a cut with no gap and no duplicate, on another gateway too', async () => {
    const run = await newRun();
    const other = await startGateway(all.nats.url);
    const whole = await open(run.runId);
    await run.start();
    run.say(3);
    await run.step();
    const first = await open(run.runId);
    await frames(first, 4);
    first.cut();
    run.say(2, 1);
    await run.retry();
    const second = await StreamReader.open(
      url(run.runId, other.baseUrl),
      other.token(),
      ids(first)[3],
    );
    await run.step();
    await frames(second, 3);
    second.cut();
    await metrics.catchUp();
    const rest = await open(run.runId, ids(second).at(-1));
    await run.complete();
    await Promise.all([end(whole), end(rest)]);
    expect([...ids(first).slice(0, 4), ...ids(second, rest)]).toEqual(ids(whole));
    expect(new Set(ids(whole)).size).toBe(whole.frames.length);
    await other.stop();
  });

  it('resumes within a commit that gave several frames', async () => {
    const run = await newRun();
    await run.runAtOnce(4);
    const whole = await open(run.runId);
    await end(whole);
    for (const [at, id] of ids(whole).slice(0, -1).entries()) {
      const rest = await open(run.runId, id);
      await end(rest);
      expect(ids(rest)).toEqual(ids(whole).slice(at + 1));
    }
  });

  it('takes the position from the query as well', async () => {
    const run = await newRun();
    await run.runAtOnce(1);
    const [first = ''] = ids(
      await open(run.runId).then(async (reader) => (await end(reader), reader)),
    );
    const token = all.gateway.token();
    const answer = await send(`${url(run.runId)}?after=${encodeURIComponent(first)}`, { token });
    expect(answer.text).not.toContain(`id: ${first}\n`);
    expect(answer.text).toContain('"to":"completed"');
  });

  it('replays a run that has ended, from the read model or the log, and then ends', async () => {
    const run = await newRun();
    await run.start();
    run.say(2);
    await run.step();
    await run.complete();
    const fromLog = await open(run.runId);
    await metrics.catchUp();
    const fromReadModel = await open(run.runId);
    await Promise.all([end(fromLog), end(fromReadModel)]);
    expect(ids(fromReadModel).slice(0, fromLog.frames.length)).toEqual(ids(fromLog));
    expect(fromLog.frames.at(-1)?.data).toMatchObject({ to: 'completed' });
  });

  it('tells a client that has had everything to stay away', async () => {
    const run = await newRun();
    await run.runAtOnce(1);
    const whole = await open(run.runId);
    await end(whole);
    await metrics.catchUp();
    expect((await open(run.runId, ids(whole).at(-1))).status).toBe(204);
  });

  it('goes on from the log alone while the read model is away', async () => {
    const run = await newRun();
    run.say(2);
    await run.start();
    for (const subject of ['svc.metrics.list-run-events', 'svc.metrics.list-run-output'] as const) {
      all.services.answer(subject, () => {
        throw new UnavailableError('postgres', 'away');
      });
    }
    const reader = await open(run.runId);
    await run.complete();
    await end(reader);
    expect(reader.frames.map(({ data }) => data['to'] ?? data['event_type'])).toEqual([
      'queued',
      'log',
      'log',
      'executing',
      'completed',
    ]);
    metrics = new FakeMetrics(all.services, log);
  });

  it.each(['nonsense', '99:1', '1', '0:1/x'])('refuses the position %s', async (position) => {
    const run = await newRun();
    const answer = await send(`${url(run.runId)}?after=${position}`, {
      token: all.gateway.token(),
    });
    expect([answer.status, answer.body['code']]).toEqual([400, 'INVALID_POSITION']);
  });

  it('does not know a run of another project, nor one that does not exist', async () => {
    const run = await newRun('prj_2');
    await metrics.catchUp();
    for (const runId of [run.runId, newId('run'), 'run_*', 'a%2fb']) {
      const answer = await send(url(runId), { token: all.gateway.token() });
      expect([runId, answer.status, answer.body]).toEqual([
        runId,
        404,
        {
          error: 'run not found',
          code: 'RUN_NOT_FOUND',
          request_id: expect.any(String) as unknown,
        },
      ]);
    }
    // Somebody who may see it is watching through this gateway already: that changes nothing.
    const theirs = await StreamReader.open(url(run.runId), all.gateway.token({ project: 'prj_2' }));
    await frames(theirs, 1);
    expect((await send(url(run.runId), { token: all.gateway.token() })).status).toBe(404);
    theirs.cut();
  });

  it('opens only so many streams for one project', async () => {
    const run = await newRun('prj_many');
    const token = all.gateway.token({ project: 'prj_many' });
    const readers = await Promise.all(
      Array.from({ length: 45 }, () => StreamReader.open(url(run.runId), token)),
    );
    const served = readers.filter(({ status }) => status === 200);
    const refused = readers.filter(({ status }) => status === 503);
    expect([served.length, refused.length]).toEqual([40, 5]);
    expect(refused[0]?.headers.get('retry-after')).toBe('2');
    for (const reader of readers) reader.cut();
    await waitFor(() => StreamReader.open(url(run.runId), token), {
      what: 'a place to be free again',
      until: ({ status }) => status === 200,
    }).then((reader) => reader.cut());
  });

  it('cuts a reader off that does not read, and the others go on', async () => {
    const run = await newRun();
    const { hostname, port } = new URL(all.url);
    const deaf = connect(Number(port), hostname);
    const closed = new Promise((resolve) => deaf.once('close', resolve));
    deaf.on('error', () => undefined);
    deaf.write(
      `GET /v1/runs/${run.runId}/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${all.gateway.token()}\r\n\r\n`,
    );
    await new Promise((resolve) => deaf.once('readable', resolve));
    const reader = await open(run.runId);
    await run.start();
    for (let n = 0; n < 600; n += 1) {
      const message = 'x'.repeat(16 * 1_024);
      log.appendOutput(run.runId, 'prj_1', [
        { n, kind: 'log', at: new Date().toISOString(), level: 'info', message },
      ]);
      if (n % 50 === 0) await frames(reader, Math.max(1, n - 100));
    }
    await run.complete();
    await end(reader);
    expect(reader.frames).toHaveLength(603);
    deaf.resume();
    await closed;
    const { registry } = all.gateway.metrics;
    const dropped = await registry.getSingleMetricAsString('runnel_gateway_dropped_streams_total');
    expect(dropped).toMatch(/ 1$/m);
  }, 60_000);

  it('says so when it stops, so that clients go elsewhere', async () => {
    const run = await newRun();
    const stopping = await startGateway(all.nats.url);
    const reader = await StreamReader.open(url(run.runId, stopping.baseUrl), stopping.token());
    await frames(reader, 1);
    await stopping.stop();
    await end(reader);
    expect(reader.comments.at(-1)).toContain('reconnect');
  });
});
