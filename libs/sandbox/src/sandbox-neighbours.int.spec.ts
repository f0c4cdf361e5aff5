import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { isAppError } from '@runnel/errors';
import { waitFor } from '@runnel/testing';

import type { Json } from './api';
import { cpuTicks, isAlive } from './testing/process-facts.contract';
import {
  deferred,
  PRELUDE,
  RecordingHost,
  SandboxHarness,
} from './testing/sandbox-harness.contract';

const harness = new SandboxHarness();
afterAll(() => harness.close());

/** Built-ins that ask nobody whether they may go on. */
const UNINTERRUPTIBLE =
  'let o = []; for (let i = 0; i < 60; i++) o = [o, o]; return JSON.stringify(o);';
const NEIGHBOUR = `
  rt.host.log('info', 'begun', 'n0');
  rt.host.fired('n1:0', 'n1', 'SetVariable', 1);
  const id = rt.host.value('n2:0', 'uuid');
  const first = await rt.host.step('n3:0', 'n3', 'T', 'first');
  const second = await rt.host.step('n4:0', 'n4', 'T', 'second');
  rt.host.log('info', 'done', 'n5');
  return { id, first, second, now: Date.now() };`;

/** A pool with one process, and a neighbour in it that has done one step and waits for another. */
async function withNeighbour(pool = harness.pool()) {
  const gate = deferred<Json>();
  const host = new RecordingHost(({ key }) =>
    key === 'n3:0' ? Promise.resolve('one') : gate.promise,
  );
  const neighbour = harness.run(pool, NEIGHBOUR, {}, host);
  await waitFor(() => host.calls.length === 2, { what: 'the second step' });
  const [pid = 0] = pool.stats().pids;
  return { pool, host, neighbour, gate, pid };
}

async function expectUndisturbed({
  host,
  neighbour,
  gate,
}: Awaited<ReturnType<typeof withNeighbour>>): Promise<void> {
  gate.resolve('two');
  const result = await neighbour;
  expect(result).toMatchObject({ status: 'completed', output: { first: 'one', second: 'two' } });
  expect(host.calls.map(({ key }) => key)).toEqual(['n3:0', 'n4:0']);
  const notes = [...host.calls.map((call) => call.notes), result.notes];
  expect(notes.flatMap(({ logs }) => logs.map(({ n, message }) => [n, message]))).toEqual([
    [0, 'begun'],
    [1, 'done'],
  ]);
  expect(notes.flatMap(({ fired }) => fired.map(({ key }) => key))).toEqual(['n1:0']);
  const ids = notes.flatMap(({ values }) => values.filter(({ kind }) => kind === 'uuid'));
  expect(ids).toHaveLength(1);
  expect(result).toMatchObject({ output: { id: ids[0]?.output } });
}

describe('neighbours in a process', () => {
  it('go on when a program that nothing can interrupt is killed with it', async () => {
    const scene = await withNeighbour();
    const error = await harness.error(scene.pool, UNINTERRUPTIBLE, {
      limits: { cpuMs: 200, memoryBytes: 2 ** 30 },
    });
    expect(error).toMatchObject({ type: 'LimitError', code: 'CPU_LIMIT' });
    expect(scene.pool.stats()).toMatchObject({ killed: 1, crashed: 0 });
    await waitFor(() => !isAlive(scene.pid), { what: 'the old process to be gone' });
    await expectUndisturbed(scene);
    expect(scene.pool.stats().repeated).toBeGreaterThanOrEqual(1);
  });

  it('get the answers that arrive while there is no process', async () => {
    const scene = await withNeighbour();
    process.kill(scene.pid, 'SIGKILL');
    scene.gate.resolve('two');
    await expectUndisturbed(scene);
    expect(scene.pool.stats()).toMatchObject({ killed: 0, crashed: 1 });
  });

  it('are executed elsewhere while one computes for long', async () => {
    const pool = harness.pool();
    await harness.output(pool, 'return 1');
    const [pid] = pool.stats().pids;
    const before = cpuTicks(pid);
    const abort = new AbortController();
    const hog = harness.run(pool, 'for (;;);', {
      limits: { cpuMs: 60_000, wallMs: 60_000 },
      signal: abort.signal,
    });
    await waitFor(() => cpuTicks(pid) - before > 5, { what: 'the program to compute' });
    const quick = await Promise.all([1, 2, 3].map((n) => harness.output(pool, `return ${n}`)));
    expect(quick).toEqual([1, 2, 3]);
    expect(pool.stats()).toMatchObject({ running: 1, killed: 0 });
    abort.abort();
    expect((await hog).status).toBe('suspended');
  });

  it('are not blamed when a program brings its process down, and that program only gets two tries', async () => {
    const scene = await withNeighbour();
    const culprit = harness.run(scene.pool, 'for (;;);', {
      limits: { cpuMs: 60_000, wallMs: 60_000 },
    });
    for (let death = 0, last = 0; death < 2; death += 1) {
      const pid = await waitFor(() => scene.pool.stats().pids.find((each) => each !== last), {
        what: 'a process',
      });
      const before = cpuTicks(pid);
      await waitFor(() => cpuTicks(pid) - before > 10, { what: 'the program to compute' });
      process.kill(pid, 'SIGKILL');
      await waitFor(() => scene.pool.stats().crashed === death + 1, {
        what: 'the death to be seen',
      });
      last = pid;
    }
    expect(await culprit).toMatchObject({ status: 'failed', error: { code: 'SANDBOX_CRASHED' } });
    await expectUndisturbed(scene);
  });

  it('time out although their process is held', async () => {
    const pool = harness.pool();
    const abort = new AbortController();
    const hog = harness.run(pool, 'for (;;);', { limits: { cpuMs: 60_000 }, signal: abort.signal });
    const gate = deferred<Json>();
    const waiting = harness.run(
      pool,
      'return rt.host.step("a:0", "a", "T", null)',
      { limits: { wallMs: 1_000 } },
      new RecordingHost(() => gate.promise),
    );
    expect(await waiting).toMatchObject({ status: 'timed_out' });
    abort.abort();
    expect((await hog).status).toBe('suspended');
  });
});

describe('processes', () => {
  it('that do not come up are given up with their last words', async () => {
    const script = join(dirname(harness.compiled.child), 'broken.js');
    writeFileSync(script, 'throw new Error("no engine today")');
    const pool = harness.pool({ childEntry: script });
    const error: unknown = await harness
      .run(pool, 'return 1', { limits: { wallMs: 60_000 } })
      .catch((reason: unknown) => reason);
    expect(isAppError(error, 'UNAVAILABLE')).toBe(true);
    await expect(pool.warm()).rejects.toThrow('do not start');
  });

  it('that talk nonsense are not listened to', async () => {
    const script = join(dirname(harness.compiled.child), 'nonsense.js');
    writeFileSync(
      script,
      'process.stdout.write("Hello, world! ".repeat(100)); process.stdin.resume();',
    );
    const pool = harness.pool({ childEntry: script });
    const error: unknown = await harness
      .run(pool, 'return 1', { limits: { wallMs: 60_000 } })
      .catch((reason: unknown) => reason);
    expect(isAppError(error, 'UNAVAILABLE')).toBe(true);
  });

  it('are started ahead by warm, and all but one stop when nothing happens', async () => {
    const pool = harness.pool({ processes: 2, idleMs: 100 });
    await pool.warm(PRELUDE);
    const { pids } = pool.stats();
    expect(pids).toHaveLength(2);
    await waitFor(() => pids.filter(isAlive).length === 1, { what: 'one process to stop' });
    expect(await harness.output(pool, 'return "still there"')).toBe('still there');
    expect(pool.stats().crashed).toBe(0);
  });

  it.each([
    ['idle', 'setInterval(() => undefined, 1000);'],
    ['computing', `void pool.run(run('for (;;);'), {});`],
    [
      'in a built-in that nothing interrupts',
      `void pool.run(run('let o = []; for (let i = 0; i < 60; i++) o = [o, o]; return JSON.stringify(o);'), {});`,
    ],
  ])('end with their pool even when it is killed (%s)', async (_what, work) => {
    const { pool, pids } = await startPool(work);
    pool.kill('SIGKILL');
    await waitFor(() => pids.every((pid) => !isAlive(pid)), {
      what: 'no process to be left',
      timeoutMs: 15_000,
    });
  });
});

/** A pool in a process of its own, busy with `work`; answers when its children are up. */
async function startPool(work: string) {
  const script = join(harness.compiled.folder, 'pool.js');
  writeFileSync(
    script,
    `const { SandboxPool } = require(${JSON.stringify(harness.compiled.index)});
     const pool = new SandboxPool({ processes: 2 });
     const limits = { cpuMs: 60_000, wallMs: 60_000, memoryBytes: 2 ** 30 };
     const run = (body) => ({
       id: 'r', project: 'p', programId: 'v', journal: {}, logLinesSeen: 0, limits,
       program: async () => ({ prelude: ${JSON.stringify(PRELUDE)}, code: '(async () => {' + body + '})' }),
       request: { trigger: { nodeId: '' }, event: null, traced: false, limits: { maxLogLines: 1, maxLogBytes: 1, maxSteps: 1 } },
     });
     pool.warm().then(() => { ${work} console.log(JSON.stringify(pool.stats().pids)); });`,
  );
  const env = { ...process.env, NODE_PATH: join(__dirname, '..', '..', '..', 'node_modules') };
  const pool = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = deferred<string>();
  pool.stdout.once('data', (chunk: Buffer) => said.resolve(chunk.toString()));
  return { pool, pids: JSON.parse(await said.promise) as number[] };
}
