import { type ExistingRun } from '@runnel/run-domain';
import fc from 'fast-check';

import { live, lives } from '../../../../../libs/run-domain/test/lives';
import { bornRow, evolveRow } from './run-evolve';
import type { RunRow } from './run-row';

/** What the row must tell of a run as the domain sees it. */
function told(run: ExistingRun) {
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    status: run.status,
    attempt: run.attempt,
    requestedAt: run.requestedAt,
    startedAt: run.startedAt ?? null,
    finishedAt: run.finishedAt ?? null,
    payload: text(run.payload),
    output: text(run.output),
    error: text(run.error),
  };
}

function tells(row: RunRow) {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    status: row.status,
    attempt: row.attempt,
    requestedAt: iso(row.requestedAt),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    payload: row.payload,
    output: row.output,
    error: row.error,
  };
}

describe(evolveRow, () => {
  it('tells of any life, after every event, what the domain tells', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let row: RunRow | undefined;
        for (const { command, events, states } of live(life, false)) {
          const at = Date.parse(command.now);
          events.forEach((event, index) => {
            if (event.type === 'RunRequested') {
              row = bornRow({ id: 'run_1', project: 'prj_1', at }, event.data);
            } else if (row) evolveRow(row, event, at);
            const state = states[index];
            expect(row && tells(row)).toEqual(state && told(state));
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a second beginning', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const [first] = live(life, false);
        const event = first?.events[0];
        if (event?.type !== 'RunRequested') return;
        const row = bornRow({ id: 'run_1', project: 'prj_1', at: 0 }, event.data);
        expect(() => evolveRow(row, event, 0)).toThrow('asked for a second time');
      }),
      { numRuns: 5 },
    );
  });
});
