import { SystemClock } from '@runnel/clock';
import { type LogEntry, MemoryRunLog, type TailOptions } from '@runnel/run-log';
import { createLogger } from '@runnel/telemetry';
import { waitFor } from '@runnel/testing';
import fc from 'fast-check';

import { LaggingReader } from '../../testing/lagging-reader';
import { RunStory } from '../../testing/run-story';
import { SSE_DIALECT } from '../sse/sse-dialect';
import { ShardScanner } from '../tail/shard-scanner';
import { TailHub } from '../tail/tail-hub';
import { BEGINNING, cursorId, parseCursor } from './cursor';
import { feedStart } from './feed-items';
import { type Frame, framesOf } from './frame';
import type { FrameBatch } from './frame-batch';
import { RunFeeds } from './run-feeds';

const logger = createLogger('gateway', 'silent');
const RUN = 'run_watched';

type Op =
  | { readonly kind: 'step' | 'retry' | 'noise' | 'project' | 'reconnect' }
  | { readonly kind: 'say'; readonly lines: number; readonly again: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.constantFrom<Op>(
    { kind: 'step' },
    { kind: 'retry' },
    { kind: 'noise' },
    { kind: 'project' },
    { kind: 'reconnect' },
  ),
  fc.record({
    kind: fc.constant('say' as const),
    lines: fc.integer({ min: 0, max: 4 }),
    again: fc.integer({ min: 0, max: 3 }),
  }),
);

/** A log that is as far away as a real one: a tail has nothing to tell in the turn in which it is started. */
class DistantLog extends MemoryRunLog {
  override async *tail(shard: number, options: TailOptions): AsyncGenerator<readonly LogEntry[]> {
    await new Promise((resolve) => setImmediate(resolve));
    yield* super.tail(shard, options);
  }
}

/** A log with one shard, and a gateway's view of it. */
function setUp() {
  const log = new DistantLog({ shards: 1 });
  const hub = new TailHub(log, logger, new SystemClock());
  const reader = new LaggingReader(log);
  const feedsOf = (tails: TailHub) =>
    new RunFeeds(SSE_DIALECT, { hub: tails, reader, scanner: new ShardScanner(log) });
  const others: TailHub[] = [];
  return {
    log,
    hub,
    reader,
    feeds: () => feedsOf(hub),
    /** Of another gateway, that nobody watches anything through yet. */
    feedsElsewhere: () => {
      const elsewhere = new TailHub(log, logger, new SystemClock());
      others.push(elsewhere);
      return feedsOf(elsewhere);
    },
    stop: () => [hub, ...others].forEach((tails) => tails.onApplicationShutdown()),
    story: new RunStory(log, RUN),
  };
}

/** A client that is cut after so many frames and comes back with the id of the last it got, until the run has ended. */
class Reader {
  readonly frames: Frame[] = [];
  ended = false;
  private leave: (() => void) | undefined;
  private left = 0;
  private session = 0;
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly feeds: () => RunFeeds,
    private readonly cuts: readonly number[],
  ) {}

  async connect(): Promise<void> {
    this.session += 1;
    const session = this.session;
    this.left = this.cuts[session - 1] ?? Infinity;
    const last = this.frames.at(-1);
    const cursor = last ? parseCursor(cursorId(0, last), 0) : BEGINNING;
    const leave = await this.feeds().watch({
      runId: RUN,
      project: 'prj_1',
      cursor,
      sink: {
        send: ({ frames }: FrameBatch) => this.take(frames, session),
        end: () => (this.ended ||= session === this.session && this.left > 0),
      },
    });
    this.leave = leave;
    if (this.left <= 0 && !this.ended) await this.reconnect();
  }

  async reconnect(): Promise<void> {
    this.leave?.();
    if (!this.ended) await this.connect();
  }

  /** Comes back while the run goes on, one connection after the other. */
  comeBack(): void {
    this.busy = this.busy.then(() => this.reconnect());
  }

  async settled(): Promise<void> {
    await this.busy;
  }

  private take(frames: readonly Frame[], session: number): void {
    for (const frame of session === this.session ? frames : []) {
      if (this.left <= 0) return; // on its way when the connection broke
      this.left -= 1;
      this.frames.push(frame);
    }
  }

  get isCut(): boolean {
    return this.left <= 0;
  }
}

/** The frames of a whole history, read in one go. */
function framesIn(entries: readonly LogEntry[]): string[] {
  let state = feedStart;
  return entries.flatMap((entry) => {
    const step = framesOf(SSE_DIALECT, state, entry);
    state = step.state;
    return step.frames.map(({ text }) => text);
  });
}

describe(RunFeeds, () => {
  it('tells a reader that is cut anywhere exactly what it tells one that is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(op, fc.boolean()), { maxLength: 25 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 }),
        fc.boolean(),
        async (ops, cuts, moves) => {
          const { log, hub, reader, feeds, feedsElsewhere, stop, story } = setUp();
          const shared = feeds();
          await story.request();
          await story.start();
          // Somebody else's watch has started the tail: it begins behind what the read model has not reached.
          await hub.followRun('run_0', { onEntries: () => undefined, onLost: () => undefined });
          const uncut = new Reader(() => shared, []);
          const cut = new Reader(moves ? feedsElsewhere : feeds, cuts);
          await uncut.connect();
          await cut.connect();
          let noise = 0;
          for (const [each, pauses] of ops) {
            if (each.kind === 'say') story.say(each.lines, each.again);
            if (each.kind === 'step') await story.step();
            if (each.kind === 'retry') await story.retry();
            if (each.kind === 'noise') await new RunStory(log, `run_${(noise += 1)}`).request();
            if (each.kind === 'project') await reader.catchUp();
            if (each.kind === 'reconnect' || cut.isCut) cut.comeBack();
            if (pauses) await new Promise((resolve) => setImmediate(resolve));
          }
          story.say(2);
          await story.complete();
          await cut.settled();
          await waitFor(
            async () => {
              if (cut.isCut && !cut.ended) await cut.reconnect();
              return uncut.ended && cut.ended ? true : undefined;
            },
            { timeoutMs: 2_000, what: 'both readers to end' },
          );
          await reader.catchUp();
          const told = uncut.frames.map(({ text }) => text);
          expect(told).toEqual(framesIn((await reader.past('prj_1', RUN)).entries));
          expect(cut.frames.map(({ text }) => text)).toEqual(told);
          const lines = told.filter((text) => text.includes('"event_type":"log"'));
          expect(lines.map((text) => Number(/"n":(\d+)/.exec(text)?.[1]))).toEqual([
            ...lines.keys(),
          ]);
          stop();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('tells nothing twice to one who knows more than the tail that another has just started', async () => {
    const { reader, feedsElsewhere, stop, story } = setUp();
    await story.request();
    await story.start();
    await story.step();
    const shared = feedsElsewhere();
    const first = new Reader(() => shared, []);
    const second = new Reader(() => shared, []);
    const connected = first.connect();
    await reader.catchUp();
    await second.connect();
    await connected;
    await story.complete();
    await waitFor(() => first.ended && second.ended, { timeoutMs: 2_000, what: 'both to end' });
    await reader.catchUp();
    const all = framesIn((await reader.past('prj_1', RUN)).entries);
    expect(first.frames.map(({ text }) => text)).toEqual(all);
    expect(second.frames.map(({ text }) => text)).toEqual(all);
    stop();
  });
});
