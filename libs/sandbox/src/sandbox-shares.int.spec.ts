import { waitFor } from '@runnel/testing';

import type { Json } from './api';
import { deferred, RecordingHost, SandboxHarness } from './testing/sandbox-harness.contract';

const harness = new SandboxHarness();
afterAll(() => harness.close());

const WAITS = 'return rt.host.step("a:0", "a", "T", null)';

/** A project whose runs wait for a server that never answers, and take every VM they get. */
function occupy(pool: ReturnType<typeof harness.pool>, project: string, runs: number) {
  const gate = deferred<Json>();
  const host = new RecordingHost(() => gate.promise);
  const ends = Array.from({ length: runs }, () => harness.run(pool, WAITS, { project }, host));
  return {
    ends,
    holds: (count: number) =>
      waitFor(() => host.calls.length === count, { what: `${project} to hold ${count} VMs` }),
    letGo: async () => {
      gate.resolve('late');
      return Promise.all(ends);
    },
  };
}

describe('projects that share a pool', () => {
  it('a project whose runs all wait leaves VMs to others, and these to others again', async () => {
    const pool = harness.pool({ processes: 2, maxVmsPerProcess: 4 });
    const first = occupy(pool, 'prj_a', 20);
    await first.holds(4);
    const second = occupy(pool, 'prj_b', 20);
    await second.holds(2);
    const third = occupy(pool, 'prj_c', 20);
    await third.holds(1);
    expect(pool.stats()).toMatchObject({ running: 7, queued: 53 });
    const quick = await Promise.all(
      [1, 2, 3].map((n) => harness.output(pool, `return ${n}`, { project: 'prj_d' })),
    );
    expect(quick).toEqual([1, 2, 3]);
    for (const each of [first, second, third]) {
      const results = await each.letGo();
      expect(results.map(({ status }) => status)).toEqual(Array(20).fill('completed'));
    }
  });

  it('a run that waits for a VM has not begun: its wall clock starts with it', async () => {
    const pool = harness.pool({ maxVmsPerProcess: 2 });
    const holder = occupy(pool, 'prj_a', 1);
    await holder.holds(1);
    const begun: string[] = [];
    const late = harness.run(pool, 'return "late"', {
      project: 'prj_a',
      limits: { wallMs: 200 },
      started: () => begun.push('late'),
    });
    const ended = await harness.run(pool, 'return "never"', {
      project: 'prj_a',
      endsWithinMs: 400,
      started: () => begun.push('never'),
    });
    expect(ended).toMatchObject({ status: 'timed_out', error: { code: 'WALL_LIMIT' } });
    expect(begun).toEqual([]);
    await holder.letGo();
    expect(await late).toMatchObject({ status: 'completed', output: 'late' });
    expect(begun).toEqual(['late']);
  });

  it('a run that has a VM ends when its wall clock has run out', async () => {
    const pool = harness.pool();
    const host = new RecordingHost(() => new Promise(() => undefined));
    const result = await harness.run(pool, WAITS, { limits: { wallMs: 200 } }, host);
    expect(result).toMatchObject({ status: 'timed_out', error: { code: 'WALL_LIMIT' } });
  });
});
