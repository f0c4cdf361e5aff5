import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { findIsolation } from './isolation';
import { SandboxPool } from './sandbox-pool';
import { SandboxHarness } from './testing/sandbox-harness.contract';

const harness = new SandboxHarness();
let pool: SandboxPool;
let pid = 0;

beforeAll(async () => {
  process.env['RUNNEL_TEST_SECRET'] = 'must-not-be-seen';
  pool = harness.pool();
  await harness.output(pool, 'return 1');
  pid = pool.stats().pids[0] ?? 0;
});
afterAll(() => {
  delete process.env['RUNNEL_TEST_SECRET'];
  return harness.close();
});

describe('a process of the sandbox', () => {
  it('has no environment', () => {
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).toBe('');
  });

  it('has no working directory worth having', () => {
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  });

  it('has no file open but its channel, its status page and what node itself needs', () => {
    const open = readdirSync(`/proc/${pid}/fd`).map(
      (fd) => [Number(fd), readlinkSync(`/proc/${pid}/fd/${fd}`)] as const,
    );
    const own = new Map(open);
    for (const fd of [0, 1, 2]) expect(own.get(fd)).toMatch(/^socket:/);
    expect(own.get(3)).toMatch(/runnel-sandbox-.*status \(deleted\)$/);
    const others = open.filter(([fd]) => fd > 3).map(([, target]) => target);
    for (const target of others) expect(target).toMatch(/^(anon_inode:|pipe:|\/dev\/null$)/);
    // Not one socket beyond the channel: nothing of the pool's own connections has been handed down.
    expect(others.filter((target) => target.startsWith('socket:'))).toEqual([]);
  });

  it('may read its own code and nothing else, and start nothing', () => {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    expect(args.some((arg) => /^--(experimental-)?permission$/.test(arg))).toBe(true);
    expect(args.filter((arg) => arg.startsWith('--allow'))).toHaveLength(2);
    for (const arg of args.filter((each) => each.startsWith('--allow'))) {
      expect(arg).toMatch(/^--allow-fs-read=.*(\/sandbox|\/quickjs-wasi)\/$/);
    }
    expect(args).toContain('--disallow-code-generation-from-strings');
  });

  it('is kept from the network as well as the machine can', async () => {
    const { kind } = await findIsolation([]);
    expect(pool.stats().isolation).toBe(kind);
    if (kind === 'process') return; // what the machine cannot do, the process does: take-away.int.spec.ts
    expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
    const devices = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
      .split('\n')
      .slice(2)
      .filter((line) => line !== '');
    expect(devices.map((line) => line.trim().split(':')[0])).toEqual(['lo']);
  });

  it('has no capability, and can get none', async () => {
    if ((await findIsolation([])).prefix.length === 0) return;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(/^CapEff:\s+(\S+)/m.exec(status)?.[1]).toBe('0000000000000000');
    expect(/^CapPrm:\s+(\S+)/m.exec(status)?.[1]).toBe('0000000000000000');
    expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1');
  });

  it('is small', () => {
    const resident =
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    expect(resident).toBeLessThan(120);
  });
});

describe(findIsolation, () => {
  it('does not choose a way in which the child could not read its files', async () => {
    expect((await findIsolation(['/nowhere/at/all'])).kind).toBe('process');
  });
});
