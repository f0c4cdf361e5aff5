import { UnavailableError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { Commit } from '@runnel/run-domain';
import { waitFor } from '@runnel/testing';

import { decideAndAppend } from '../decide-and-append';
import { type AppendOptions, type LogEntry, type Position, RunLog } from '../run-log.port';
import { annotated, commit, frame, outputLine, PROJECT, requested } from './samples.contract';

/** An open log of an implementation, and a way to break it. */
export interface RunLogFixture {
  readonly log: RunLog;
  /** Stores a text as the run's next commit without looking at it. */
  storeRaw(runId: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the log promises. */
export function describeRunLog(name: string, open: () => Promise<RunLogFixture>): void {
  describe(`RunLog (${name})`, () => {
    let fixture: RunLogFixture;
    let log: RunLog;

    beforeAll(async () => {
      fixture = await open();
      log = fixture.log;
    });
    afterAll(() => fixture.close());

    /** Appends `count` commits to one run; resolves with their positions. */
    const grow = async (runId: string, count: number): Promise<Position[]> => {
      const positions: Position[] = [];
      for (let n = 0; n < count; n += 1) {
        const expected = positions.at(-1)?.seq ?? 0;
        positions.push(
          await log.append(runId, expected, commit(n === 0 ? requested : annotated('n', `${n}`))),
        );
      }
      return positions;
    };

    describe('append', () => {
      it('gives a position whose sequence is the revision that the next append expects', async () => {
        const runId = newId('run');
        const first = commit();
        const second = commit(annotated('a'));
        const one = await log.append(runId, 0, first, {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        });
        const two = await log.append(runId, one.seq, second);
        expect(one.shard).toBe(log.shardOf(runId));
        expect(await log.history(runId)).toEqual({
          revision: two.seq,
          commits: [
            {
              kind: 'commit',
              runId,
              position: one,
              commit: first,
              traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
            },
            { kind: 'commit', runId, position: two, commit: second },
          ],
        });
      });

      it('lets one of 20 racers win and tells each other one CONCURRENCY_CONFLICT', async () => {
        const runId = newId('run');
        const [{ seq }] = (await grow(runId, 1)) as [Position];
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, () => log.append(runId, seq, commit(annotated('race')))),
        );
        const lost = results.filter((result) => result.status === 'rejected');
        expect(lost).toHaveLength(19);
        for (const { reason } of lost)
          expect(reason).toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
        expect((await log.history(runId)).commits).toHaveLength(2);
      });

      it('lets one of 20 racers make a run', async () => {
        const runId = newId('run');
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, () => log.append(runId, 0, commit())),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await log.history(runId)).commits).toHaveLength(1);
      });

      it('refuses only the stale one of a crowd of appends', async () => {
        const shard = 0;
        const runIds = runIdsOf(log, shard, 60);
        const results = await Promise.allSettled(
          runIds.map((runId, n) => log.append(runId, n === 31 ? 7 : 0, commit())),
        );
        results.forEach((result, n) => {
          if (n === 31) expect(result).toMatchObject({ reason: { code: 'CONCURRENCY_CONFLICT' } });
          else expect(result).toMatchObject({ status: 'fulfilled', value: { shard } });
        });
        for (const [n, runId] of runIds.entries()) {
          const { commits, revision } = await log.history(runId);
          expect(commits).toHaveLength(n === 31 ? 0 : 1);
          const result = results[n];
          if (result?.status === 'fulfilled') expect(revision).toBe(result.value.seq);
        }
      });

      it('refuses an expectation that is ahead of the run', async () => {
        const runId = newId('run');
        const [{ seq }] = (await grow(runId, 1)) as [Position];
        await expect(log.append(runId, seq + 1, commit(annotated('a')))).rejects.toMatchObject({
          code: 'CONCURRENCY_CONFLICT',
        });
      });

      it('refuses a run id that could reach other subjects', async () => {
        for (const runId of ['', '*', 'a.b', 'run >', 'x'.repeat(65)]) {
          await expect(log.append(runId, 0, commit())).rejects.toMatchObject({
            code: 'INVALID_RUN_ID',
          });
        }
      });

      it('refuses a trace context that could smuggle a header in', async () => {
        const options = { traceparent: 'x\r\nNats-Rollup: all' };
        await expect(log.append(newId('run'), 0, commit(), options)).rejects.toMatchObject({
          code: 'INVALID_HEADER',
        });
      });
    });

    describe('history', () => {
      it('of a run that does not exist is empty', async () => {
        expect(await log.history(newId('run'))).toEqual({ commits: [], revision: 0 });
      });

      it('holds every commit of a long run in order', async () => {
        const runId = newId('run');
        const positions = await grow(runId, 300);
        const { commits, revision } = await log.history(runId);
        expect(commits.map(({ position }) => position)).toEqual(positions);
        expect(revision).toBe(positions.at(-1)?.seq);
      });

      it('starts after a given revision', async () => {
        const runId = newId('run');
        const [one, two, three] = (await grow(runId, 3)) as [Position, Position, Position];
        const later = await log.history(runId, one.seq);
        expect(later.commits.map(({ position }) => position)).toEqual([two, three]);
        expect(await log.history(runId, three.seq)).toEqual({ commits: [], revision: three.seq });
      });
    });

    describe('tail', () => {
      it('told to start at several positions while others append, has no gap and no doubled entry', async () => {
        const shard = 1;
        const runIds = runIdsOf(log, shard, 150);
        const start = await log.lastSequence(shard);
        const stopped = new AbortController();
        const early = follow(log, shard, start, stopped.signal);
        await Promise.all(runIds.slice(0, 50).map((runId) => log.append(runId, 0, commit())));
        const middle = await log.lastSequence(shard);
        const late = follow(log, shard, middle, stopped.signal);
        await Promise.all(runIds.slice(50).map((runId) => log.append(runId, 0, commit())));
        const end = await log.lastSequence(shard);
        await waitFor(
          () => early.at(-1)?.position.seq === end && late.at(-1)?.position.seq === end,
          {
            what: 'both tails to reach the end',
          },
        );
        stopped.abort();
        expect(sequences(early)).toEqual(range(start + 1, end));
        expect(sequences(late)).toEqual(range(middle + 1, end));
        expect(early.map(({ runId }) => runId).sort()).toEqual([...runIds].sort());
      });

      it("gives a run's entries in the order in which they were appended, output before the next commit", async () => {
        const runId = newId('run');
        const shard = log.shardOf(runId);
        const start = await log.lastSequence(shard);
        const stopped = new AbortController();
        const entries = follow(log, shard, start, stopped.signal);
        const one = await log.append(runId, 0, commit());
        log.appendOutput(runId, PROJECT, [outputLine(0), outputLine(1)]);
        const two = await log.append(runId, one.seq, commit(annotated('a')));
        log.appendOutput(runId, PROJECT, [outputLine(2)]);
        await log.append(runId, two.seq, commit(annotated('b')));
        await waitFor(() => entries.length >= 5, { what: 'five entries' });
        stopped.abort();
        const mine = entries.filter((entry) => entry.runId === runId);
        expect(mine.map(({ kind }) => kind)).toEqual([
          'commit',
          'output',
          'commit',
          'output',
          'commit',
        ]);
        expect(mine[1]).toMatchObject({ project: PROJECT, lines: [outputLine(0), outputLine(1)] });
      });

      it('leaves output out where it is not wanted', async () => {
        const runId = newId('run');
        const shard = log.shardOf(runId);
        const start = await log.lastSequence(shard);
        const one = await log.append(runId, 0, commit());
        log.appendOutput(runId, PROJECT, [outputLine(0)]);
        await log.append(runId, one.seq, commit(annotated('a')));
        const stopped = new AbortController();
        const entries = follow(log, shard, start, stopped.signal, false);
        await waitFor(() => entries.length >= 2, { what: 'two commits' });
        stopped.abort();
        expect(entries.map(({ kind }) => kind)).toEqual(['commit', 'commit']);
      });

      it('ends when it is told to while it waits', async () => {
        const shard = 0;
        const stopped = new AbortController();
        const after = await log.lastSequence(shard);
        const reading = collect(log, shard, after, stopped.signal);
        stopped.abort();
        await expect(reading).resolves.toEqual([]);
      });

      it('stops at an entry that cannot be decoded, having given all before it', async () => {
        const runId = newId('run');
        const shard = log.shardOf(runId);
        const start = await log.lastSequence(shard);
        const good = await log.append(runId, 0, commit());
        await fixture.storeRaw(runId, '{"commandId":"broken"}');
        await log.append(newIdOf(log, shard), 0, commit());
        const entries: LogEntry[] = [];
        const reading = (async () => {
          const options = { after: start, output: true, signal: new AbortController().signal };
          for await (const batch of log.tail(shard, options)) entries.push(...batch);
        })();
        await expect(reading).rejects.toMatchObject({
          code: 'UNDECODABLE_ENTRY',
          details: { position: `${shard}:${good.seq + 1}` },
        });
        expect(entries.map(({ position }) => position)).toEqual([good]);
      });
    });

    describe('seal', () => {
      it('removes the run and its output and leaves the tail without a gap', async () => {
        const shard = 2;
        const [sealed, kept] = runIdsOf(log, shard, 2) as [string, string];
        const start = await log.lastSequence(shard);
        await grow(sealed, 2);
        log.appendOutput(sealed, PROJECT, [outputLine(0)]);
        const one = await log.append(kept, 0, commit());
        await waitFor(async () => (await log.lastSequence(shard)) >= start + 4, {
          what: 'the output to be stored',
        });
        await log.seal(sealed);
        await log.seal(sealed);
        const two = await log.append(kept, one.seq, commit(annotated('a')));
        expect(await log.history(sealed)).toEqual({ commits: [], revision: 0 });
        const stopped = new AbortController();
        const entries = follow(log, shard, start, stopped.signal);
        await waitFor(() => entries.length >= 2, { what: 'the other run' });
        stopped.abort();
        expect(entries.map(({ position }) => position)).toEqual([one, two]);
      });
    });

    describe('seal up to a sequence', () => {
      it('leaves what came after it', async () => {
        const runId = newId('run');
        const one = await log.append(runId, 0, commit());
        const before = await log.subjectCount();
        const two = await log.append(runId, one.seq, commit(annotated('a')));
        await log.seal(runId, one.seq);
        const { commits } = await log.history(runId);
        expect(commits.map(({ position }) => position)).toEqual([two]);
        expect(await log.subjectCount()).toBe(before);
        await log.seal(runId, two.seq);
        expect(await log.history(runId)).toEqual({ commits: [], revision: 0 });
        expect(await log.subjectCount()).toBe(before - 1);
      });
    });

    describe('output', () => {
      it('gives what a run has said and nothing else, in order', async () => {
        const [runId, other] = [newId('run'), newId('run')];
        expect(await log.output(runId)).toEqual([]);
        const one = await log.append(runId, 0, commit());
        log.appendOutput(runId, PROJECT, [outputLine(0), outputLine(1)]);
        const two = await log.append(runId, one.seq, commit(annotated('a')));
        log.appendOutput(other, PROJECT, [outputLine(7)]);
        log.appendOutput(runId, PROJECT, [outputLine(2)]);
        await log.append(runId, two.seq, commit(annotated('b')));
        const said = await log.output(runId);
        expect(said.map(({ project, lines }) => [project, lines])).toEqual([
          [PROJECT, [outputLine(0), outputLine(1)]],
          [PROJECT, [outputLine(2)]],
        ]);
        const { commits } = await log.history(runId);
        const order = [...commits, ...said].sort((a, b) => a.position.seq - b.position.seq);
        expect(order.map(({ kind }) => kind)).toEqual([
          'commit',
          'output',
          'commit',
          'output',
          'commit',
        ]);
      });
    });

    describe('decideAndAppend', () => {
      it('adds nothing when a command comes again whose acknowledgement was lost', async () => {
        const runId = newId('run');
        const lossy = new LosesAcknowledgements(log);
        const asked = frame();
        await expect(decideAndAppend(lossy, runId, () => [requested], asked)).rejects.toMatchObject(
          {
            code: 'UNAVAILABLE',
          },
        );
        await log.append(runId, (await log.history(runId)).revision, commit(annotated('later')));
        const again = await decideAndAppend(log, runId, () => [requested], asked);
        expect(again).toMatchObject({ repeated: true, events: [], state: { status: 'queued' } });
        expect((await log.history(runId)).commits).toHaveLength(2);
      });

      it('decides again after a lost race until every one of 12 commands is in', async () => {
        const runId = newId('run');
        await grow(runId, 1);
        const results = await Promise.all(
          Array.from({ length: 12 }, (_, n) =>
            decideAndAppend(log, runId, () => [annotated(`k${n}`)], frame(), { maxTries: 100 }),
          ),
        );
        expect(new Set(results.map(({ revision }) => revision)).size).toBe(12);
        const { commits } = await log.history(runId);
        expect(commits).toHaveLength(13);
      });

      it('stores one of 8 deliveries of the same command, and each succeeds', async () => {
        const runId = newId('run');
        const asked = frame();
        const results = await Promise.all(
          Array.from({ length: 8 }, () => decideAndAppend(log, runId, () => [requested], asked)),
        );
        expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect((await log.history(runId)).commits).toHaveLength(1);
      });

      it('adds nothing when nothing is decided', async () => {
        const runId = newId('run');
        await grow(runId, 1);
        const { revision } = await log.history(runId);
        const result = await decideAndAppend(log, runId, () => [], frame());
        expect(result).toMatchObject({ revision, events: [], repeated: false });
      });

      it('uses a known history first and reads again when it is stale', async () => {
        const runId = newId('run');
        await grow(runId, 1);
        const known = await log.history(runId);
        await log.append(runId, known.revision, commit(annotated('meanwhile')));
        const seen: number[] = [];
        await decideAndAppend(
          log,
          runId,
          (_, { commits }) => {
            seen.push(commits.length);
            return [annotated('mine')];
          },
          frame(),
          { known },
        );
        expect(seen).toEqual([1, 2]);
      });
    });

    describe('close', () => {
      it('stores what is buffered and refuses what comes after', async () => {
        const own = await open();
        const runId = newId('run');
        const shard = own.log.shardOf(runId);
        await own.log.append(runId, 0, commit());
        const before = await own.log.lastSequence(shard);
        own.log.appendOutput(runId, PROJECT, [outputLine(0)]);
        await own.log.close();
        expect(await own.log.lastSequence(shard)).toBe(before + 1);
        await expect(own.log.append(newId('run'), 0, commit())).rejects.toMatchObject({
          code: 'UNAVAILABLE',
        });
        await own.close();
      });
    });
  });
}

/** Entries as they come; the list grows until the signal. */
export function follow(
  log: RunLog,
  shard: number,
  after: number,
  signal: AbortSignal,
  output = true,
): LogEntry[] {
  const entries: LogEntry[] = [];
  void (async () => {
    for await (const batch of log.tail(shard, { after, output, signal })) entries.push(...batch);
  })();
  return entries;
}

async function collect(
  log: RunLog,
  shard: number,
  after: number,
  signal: AbortSignal,
): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const batch of log.tail(shard, { after, output: true, signal }))
    entries.push(...batch);
  return entries;
}

/** New run ids that all lie in one shard. */
export function runIdsOf(log: RunLog, shard: number, count: number): string[] {
  return Array.from({ length: count }, () => newIdOf(log, shard));
}

function newIdOf(log: RunLog, shard: number): string {
  for (;;) {
    const runId = newId('run');
    if (log.shardOf(runId) === shard) return runId;
  }
}

export function sequences(entries: readonly LogEntry[]): number[] {
  return entries.map(({ position }) => position.seq);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

/** Stores what it is given and says that it does not know. */
class LosesAcknowledgements extends RunLog {
  readonly shards: number;
  readonly capabilities;

  constructor(private readonly log: RunLog) {
    super();
    this.shards = log.shards;
    this.capabilities = log.capabilities;
  }

  async append(
    runId: string,
    expected: number,
    stored: Commit,
    options?: AppendOptions,
  ): Promise<Position> {
    await this.log.append(runId, expected, stored, options);
    throw new UnavailableError('nats', 'the acknowledgement is lost');
  }

  shardOf: RunLog['shardOf'] = (runId) => this.log.shardOf(runId);
  appendOutput: RunLog['appendOutput'] = (...args) => this.log.appendOutput(...args);
  history: RunLog['history'] = (...args) => this.log.history(...args);
  tail: RunLog['tail'] = (...args) => this.log.tail(...args);
  lastSequence: RunLog['lastSequence'] = (shard) => this.log.lastSequence(shard);
  output: RunLog['output'] = (runId) => this.log.output(runId);
  seal: RunLog['seal'] = (...args) => this.log.seal(...args);
  subjectCount: RunLog['subjectCount'] = () => this.log.subjectCount();
  close: RunLog['close'] = () => this.log.close();
}
