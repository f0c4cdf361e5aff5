import { type LogEntry, MemoryRunLog } from '@runnel/run-log';

import { LaggingReader } from '../testing/lagging-reader';
import { RunStory } from '../testing/run-story';
import { feedStart } from './feed/feed-items';
import { type Dialect, framesOf } from './feed/frame';
import { SOCKET_DIALECT } from './socket/socket-dialect';
import { SSE_DIALECT } from './sse/sse-dialect';

const RUN = 'run_1';

/** What a dialect makes of a run: a webhook's run that is tried twice, says two lines, and completes. */
async function tell(dialect: Dialect): Promise<readonly string[]> {
  const log = new MemoryRunLog({ shards: 1 });
  const story = new RunStory(log, RUN);
  await story.request();
  await story.start();
  story.say(2);
  await story.retry();
  await story.step();
  await story.complete();
  const reader = new LaggingReader(log);
  await reader.catchUp();
  return framesIn(dialect, (await reader.past('prj_1', RUN)).entries);
}

function framesIn(dialect: Dialect, entries: readonly LogEntry[]): string[] {
  let state = feedStart;
  return entries.flatMap((entry) => {
    const step = framesOf(dialect, state, entry);
    state = step.state;
    return step.frames.map(({ text }) => text);
  });
}

const parse = (text: string): Record<string, unknown> =>
  JSON.parse(text) as Record<string, unknown>;

describe('the event stream', () => {
  it('has a status_change for every transition and an event for everything else', async () => {
    const frames = await tell(SSE_DIALECT);
    const payloads = frames.map((text) => parse(text.split('data: ')[1] ?? ''));
    expect(
      payloads.map(({ type, event_type: kind, from, to }) => [type, kind ?? [from, to]]),
    ).toEqual([
      ['status_change', [null, 'queued']],
      ['status_change', ['queued', 'executing']],
      ['event', 'log'],
      ['event', 'log'],
      ['event', 'attempt_failed'],
      ['status_change', ['executing', 'queued']],
      ['status_change', ['queued', 'executing']],
      ['event', 'step_completed'],
      ['status_change', ['executing', 'completed']],
    ]);
    for (const payload of payloads) {
      expect(payload).toMatchObject({ run_id: RUN });
      expect(Date.parse(String(payload['timestamp']))).not.toBeNaN();
    }
  });

  it('gives the last frame of an entry its position and those before it a part of it', async () => {
    const frames = await tell(SSE_DIALECT);
    expect(frames.map((text) => text.split('\n')[0])).toEqual([
      'id: 0:1',
      'id: 0:2',
      'id: 0:3/0',
      'id: 0:3',
      'id: 0:4/0',
      'id: 0:4',
      'id: 0:5',
      'id: 0:6',
      'id: 0:7',
    ]);
  });

  it('is one line of JSON per frame, whatever a pattern says', async () => {
    const log = new MemoryRunLog({ shards: 1 });
    const story = new RunStory(log, RUN);
    await story.request();
    log.appendOutput(RUN, 'prj_1', [
      { n: 0, kind: 'log', at: 'x', level: 'info', message: 'a\n\nid: 9:9\r\ndata: {}\u2028' },
    ]);
    const reader = new LaggingReader(log);
    await reader.catchUp();
    const [, frame = ''] = framesIn(SSE_DIALECT, (await reader.past('prj_1', RUN)).entries);
    expect(frame.split('\n')).toHaveLength(4);
    expect(frame).not.toContain('\r');
  });

  it('shows the result of a step unless it is large', async () => {
    const log = new MemoryRunLog({ shards: 1 });
    const story = new RunStory(log, RUN);
    await story.request();
    await story.start();
    await story.step('HttpRequest', { small: true });
    await story.step('HttpRequest', { large: 'x'.repeat(5_000) });
    const reader = new LaggingReader(log);
    await reader.catchUp();
    const [, , small = '', large = ''] = framesIn(
      SSE_DIALECT,
      (await reader.past('prj_1', RUN)).entries,
    );
    expect(small).toContain('"output":{"small":true}');
    expect(large).not.toContain('output');
  });
});

describe('the socket', () => {
  it('says what pipelines say, with a position to resume after', async () => {
    const frames = (await tell(SOCKET_DIALECT)).map(parse);
    expect(frames.map(({ type, seq }) => [type, seq])).toEqual([
      ['run.started', '0:2'],
      ['log', '0:3/0'],
      ['log', '0:3'],
      ['run.started', '0:5'],
      ['node.completed', '0:6'],
      ['run.completed', '0:7'],
    ]);
    expect(frames[4]).toEqual({
      type: 'node.completed',
      run_id: RUN,
      pipeline_id: 'pat_1',
      node_id: 'node_1',
      duration_ms: 7,
      timestamp: expect.any(String) as unknown,
      seq: '0:6',
    });
    expect(frames[5]).toMatchObject({ status: 'success' });
  });

  it('tells a failure with its reason', async () => {
    const log = new MemoryRunLog({ shards: 1 });
    const story = new RunStory(log, RUN);
    await story.request();
    await story.start();
    await story.fail();
    const reader = new LaggingReader(log);
    await reader.catchUp();
    const frames = framesIn(SOCKET_DIALECT, (await reader.past('prj_1', RUN)).entries);
    expect(parse(frames.at(-1) ?? '')).toMatchObject({
      type: 'run.failed',
      status: 'failed',
      error: 'it failed',
    });
  });
});
