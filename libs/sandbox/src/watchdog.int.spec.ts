import { waitFor } from '@runnel/testing';

import type { Json, SandboxHost, SandboxResult, SandboxRun } from './api';
import { Dispatcher } from './dispatcher';
import { Execution } from './execution';
import { cpuTicks, isAlive } from './testing/process-facts.contract';
import {
  deferred,
  RecordingHost,
  type Runner,
  SandboxHarness,
} from './testing/sandbox-harness.contract';

/** Looks at its children as often as a pool does. */
const LOOK_MS = 50;
/** Longer than a child may be silent before its runs are executed elsewhere, far less than it may live so. */
const LONG_MS = 25_000;
/** Longer than a child may live without a sign of life. */
const TOO_LONG_MS = 61_000;
const ROOMY = { cpuMs: 60_000, wallMs: 600_000 };
/** A built-in that asks nobody whether it may go on, and needs no memory. */
const UNINTERRUPTIBLE = 'const a = "a".repeat(2 ** 23); return (a + a).indexOf(a + "b");';
const BACKTRACKING = 'return /^(a+)+$/.test("a".repeat(60) + "b");';

/** What a SandboxPool does, with a clock that can be put forward and looks at the children only when told to. */
class SteppedPool implements Runner {
  readonly dispatcher: Dispatcher;
  private readonly live = new Set<Execution>();
  private aheadMs = 0;

  constructor(childEntry: string) {
    const crew = { processes: 1, maxVms: 32, childEntry };
    this.dispatcher = new Dispatcher(crew, this.now, undefined, () => undefined);
  }

  async run(run: SandboxRun, host: SandboxHost): Promise<SandboxResult> {
    await this.dispatcher.crew.prepare();
    return new Promise((resolve, reject) => {
      const over = (execution: Execution): void => {
        this.live.delete(execution);
        this.dispatcher.remove(execution);
      };
      const execution = new Execution(run, host, this.now(), { resolve, reject, over });
      this.live.add(execution);
      this.dispatcher.add(execution);
    });
  }

  /** Ends what a test that failed has left behind, too: its runs would be begun again for ever. */
  async close(): Promise<void> {
    for (const execution of this.live) execution.abandon(new Error('the test is over'));
    await this.dispatcher.crew.close();
  }

  get pids(): readonly number[] {
    const ready = [...this.dispatcher.crew.children].filter(({ state }) => state === 'ready');
    return ready.flatMap(({ pid }) => pid ?? []);
  }

  /** The pid of the child that is in the VM of a run that is not over. */
  get computing(): number | undefined {
    const children = [...this.dispatcher.crew.children];
    return children.find(({ page, runs }) => runs.has(page.read().run))?.pid;
  }

  /** Puts the clock forward, looking at the children all the while; stops it for those that start. */
  async pass(ms: number): Promise<void> {
    const isUp = (): boolean =>
      [...this.dispatcher.crew.children].every(({ state }) => state !== 'starting');
    for (let passed = 0; passed < ms; passed += LOOK_MS) {
      this.aheadMs += LOOK_MS;
      this.dispatcher.watch();
      if (!isUp()) await waitFor(isUp, { what: 'a process to be up', timeoutMs: 20_000 });
    }
  }

  /** Looks at the children, as time goes, until `promise` is settled. */
  async watchUntil<T>(promise: Promise<T>): Promise<T> {
    const timer = setInterval(() => this.dispatcher.watch(), LOOK_MS);
    return promise.finally(() => clearInterval(timer));
  }

  private readonly now = (): number => performance.now() + this.aheadMs;
}

const harness = new SandboxHarness();
const pools: SteppedPool[] = [];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await harness.close();
});

/** A pool whose one child is up. */
async function startPool() {
  const pool = new SteppedPool(harness.compiled.child);
  pools.push(pool);
  await pool.watchUntil(harness.output(pool, 'return 1'));
  const [pid = 0] = pool.pids;
  return { pool, pid };
}

/** Waits until a child has been in a VM for a while; `not` is one that does not count. */
async function computingChild(pool: SteppedPool, not = 0): Promise<number> {
  const isOther = (pid: number | undefined): boolean => pid !== undefined && pid !== not;
  const pid = await waitFor(() => pool.computing, {
    what: 'a program to be in its VM',
    until: isOther,
  });
  const before = cpuTicks(pid);
  await waitFor(() => cpuTicks(pid) - before > 5, { what: 'the program to compute' });
  return pid;
}

describe('a sandbox process that stands still', () => {
  it('goes on where it was, and a regular expression still ends by its CPU time', async () => {
    const { pool, pid } = await startPool();
    const run = harness.error(pool, BACKTRACKING, { limits: { cpuMs: 1_000, wallMs: 600_000 } });
    await computingChild(pool);
    process.kill(pid, 'SIGSTOP');
    await pool.pass(LONG_MS);
    process.kill(pid, 'SIGCONT');
    expect(await pool.watchUntil(run)).toMatchObject({ code: 'CPU_LIMIT' });
    expect(pool.dispatcher.counts).toEqual({ killed: 0, crashed: 0, repeated: 0 });
    expect(await pool.watchUntil(harness.output(pool, 'return 1'))).toBe(1);
    expect(pool.pids).toEqual([pid]);
  });

  it('goes on where it was, and what nothing can interrupt is still killed for its CPU time', async () => {
    const { pool, pid } = await startPool();
    const run = harness.error(pool, UNINTERRUPTIBLE, { limits: { ...ROOMY, cpuMs: 100 } });
    await computingChild(pool);
    process.kill(pid, 'SIGSTOP');
    await pool.pass(LONG_MS);
    expect(pool.dispatcher.counts.killed).toBe(0);
    process.kill(pid, 'SIGCONT');
    expect(await pool.watchUntil(run)).toMatchObject({ code: 'CPU_LIMIT' });
    expect(pool.dispatcher.counts).toMatchObject({ killed: 1, crashed: 0 });
  });

  it('goes on where it was, and an honest program ends well', async () => {
    const { pool, pid } = await startPool();
    const body = 'for (let i = 0; i < 4e6; i++); return "done"';
    const run = harness.output(pool, body, { limits: { ...ROOMY, cpuMs: 5_000 } });
    await waitFor(() => pool.computing, { what: 'the program to be in its VM' });
    process.kill(pid, 'SIGSTOP');
    await pool.pass(LONG_MS);
    process.kill(pid, 'SIGCONT');
    expect(await pool.watchUntil(run)).toBe('done');
    expect(pool.dispatcher.counts).toEqual({ killed: 0, crashed: 0, repeated: 0 });
  });

  it('is killed in the end, for which the run in its VM may happen once and its neighbours do not pay', async () => {
    const { pool, pid } = await startPool();
    const gate = deferred<Json>();
    const host = new RecordingHost(() => gate.promise);
    const body = 'return rt.host.step("a:0", "a", "T", null)';
    const neighbour = harness.output(pool, body, { limits: ROOMY }, host);
    await waitFor(() => host.calls.length === 1, { what: 'the step of the neighbour' });
    const run = harness.error(pool, 'for (;;);', { limits: { ...ROOMY, cpuMs: 10_000 } });

    for (let last = 0, death = 1; death <= 2; death += 1) {
      const held = await pool.watchUntil(computingChild(pool, last));
      process.kill(held, 'SIGSTOP');
      await pool.pass(TOO_LONG_MS);
      expect(pool.dispatcher.counts.killed).toBe(death);
      await waitFor(() => !isAlive(held), { what: 'the process to be gone' });
      last = held;
    }
    expect(isAlive(pid)).toBe(false);
    expect(await run).toMatchObject({ code: 'SANDBOX_CRASHED' });
    gate.resolve('told');
    expect(await pool.watchUntil(neighbour)).toBe('told');
    expect(host.calls).toHaveLength(1);
  });

  it('is relieved of runs it has not begun, long before it is killed', async () => {
    const { pool, pid } = await startPool();
    process.kill(pid, 'SIGSTOP');
    const run = harness.output(pool, 'return "elsewhere"', { limits: ROOMY });
    await waitFor(() => pool.dispatcher.running === 1, { what: 'the run to be handed over' });
    await pool.pass(11_000);
    expect(await pool.watchUntil(run)).toBe('elsewhere');
    expect(pool.dispatcher.counts).toEqual({ killed: 0, crashed: 0, repeated: 1 });
    await pool.pass(TOO_LONG_MS);
    expect(pool.dispatcher.counts.killed).toBe(1);
    await waitFor(() => !isAlive(pid), { what: 'the process to be gone' });
  });

  it('is not suspected while the program of its run is being fetched', async () => {
    const { pool, pid } = await startPool();
    const source = deferred<{ readonly prelude: string; readonly code: string }>();
    const change = { programId: 'slow', program: () => source.promise, limits: ROOMY };
    const run = harness.output(pool, '', change);
    await waitFor(() => pool.dispatcher.running === 1, { what: 'the run to be handed over' });
    await pool.pass(TOO_LONG_MS);
    source.resolve({
      prelude: 'globalThis.createRuntime = () => ({});',
      code: '(async () => "late")',
    });
    expect(await pool.watchUntil(run)).toBe('late');
    expect(pool.dispatcher.counts).toEqual({ killed: 0, crashed: 0, repeated: 0 });
    expect(pool.pids).toEqual([pid]);
  });
});
