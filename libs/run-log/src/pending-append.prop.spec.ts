import { isAppError } from '@runnel/errors';
import fc from 'fast-check';

import { newLogStats } from './log-stats';
import { PendingAppend } from './pending-append';
import type { CommitEntry, Position } from './run-log.port';
import type { OutgoingMessage } from './shard-writer';
import { commit } from './testing/samples.contract';

const RUN = 'run_01jzk5m8v2f3qtc6x9w4d7yhna';

/** What the network and the others do to one sending. */
interface Turn {
  /** A rival appends to the run first. */
  readonly rival: boolean;
  /** The message reaches the server. */
  readonly arrives: boolean;
  /** The acknowledgement comes back. */
  readonly answered: boolean;
  /** The look-up that follows: answered, lost, or by a replica that lags. */
  readonly lookup: 'answered' | 'lost' | 'stale';
}

const turn: fc.Arbitrary<Turn> = fc.record({
  rival: fc.boolean(),
  arrives: fc.boolean(),
  answered: fc.boolean(),
  lookup: fc.constantFrom('answered', 'answered', 'lost', 'stale'),
});

/** One run on a server that checks expectations, behind a network that loses messages. */
class Simulation {
  readonly stored: string[] = [];
  private readonly turns: Turn[];

  constructor(turns: readonly Turn[]) {
    this.turns = [...turns];
  }

  send(message: OutgoingMessage, commandId: string): void {
    const { rival, arrives, answered } = this.turns[0] ?? ALL_WELL;
    if (rival) this.stored.push('rival');
    const conflict = this.stored.length > 0;
    if (arrives && !conflict) this.stored.push(commandId);
    queueMicrotask(() => {
      if (!arrives || !answered) message.settle({ kind: 'unknown', reason: 'lost' });
      else if (conflict) message.settle({ kind: 'conflict' });
      else message.settle({ kind: 'stored', seq: this.stored.length });
    });
  }

  lookUp(): CommitEntry | undefined {
    const { lookup } = this.turns.shift() ?? ALL_WELL;
    if (lookup === 'lost') throw new Error('lost');
    const [commandId] = this.stored;
    if (lookup === 'stale' || commandId === undefined) return undefined;
    const position = { shard: 0, seq: 1 };
    return { kind: 'commit', runId: RUN, position, commit: commit(undefined, commandId) };
  }
}

const ALL_WELL: Turn = { rival: false, arrives: true, answered: true, lookup: 'answered' };

function appendIn(simulation: Simulation, commandId: string): Promise<Position> {
  return new Promise((resolve, reject) => {
    const context = {
      stats: newLogStats(),
      history: { firstAfter: async () => simulation.lookUp() },
      watch: { whenUp: async () => true },
      delay: async () => undefined,
    };
    const writer = {
      enqueue: (message: OutgoingMessage) => simulation.send(message, commandId),
    };
    const target = {
      runId: RUN,
      shard: 0,
      subject: `run.0.${RUN}`,
      expectedRevision: 0,
      commit: commit(undefined, commandId),
      deadline: Date.now() + 60_000,
    };
    const payload = Buffer.from('{}');
    writer.enqueue(new PendingAppend(context, writer, target, payload, '', resolve, reject));
  });
}

describe('PendingAppend', () => {
  it('never lies about what became of an append, whatever is lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
        const simulation = new Simulation(turns);
        const outcome = await appendIn(simulation, 'cmd_mine').then(
          (position) => position.seq,
          (error: unknown) => error,
        );
        const copies = simulation.stored.filter((id) => id === 'cmd_mine').length;
        expect(copies).toBeLessThanOrEqual(1);
        if (typeof outcome === 'number') {
          expect(copies).toBe(1);
          expect(simulation.stored[outcome - 1]).toBe('cmd_mine');
        } else if (!onlyStale(turns)) {
          expect(isAppError(outcome, 'CONCURRENCY_CONFLICT')).toBe(true);
          expect(copies).toBe(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('believes a conflict at once when nothing was in doubt', async () => {
    const simulation = new Simulation([{ ...ALL_WELL, rival: true }]);
    await expect(appendIn(simulation, 'cmd_mine')).rejects.toMatchObject({
      code: 'CONCURRENCY_CONFLICT',
    });
  });

  it('finds its own commit when the acknowledgement was lost', async () => {
    const simulation = new Simulation([{ ...ALL_WELL, answered: false }]);
    await expect(appendIn(simulation, 'cmd_mine')).resolves.toEqual({ shard: 0, seq: 1 });
    expect(simulation.stored).toEqual(['cmd_mine']);
  });
});

/** A replica that lags through three conflicts is believed; the command is then found by `decideAndAppend`. */
function onlyStale(turns: readonly Turn[]): boolean {
  return turns.filter(({ lookup }) => lookup === 'stale').length >= 3;
}
