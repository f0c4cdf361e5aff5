import type { GuestImage, GuestVm } from './guest-vm';
import { VmPool } from './vm-pool';

/** Stands for a VM: what the pool asks of one, and what was done to it. */
class FakeVm {
  grownBytes = 0;
  resets = 0;
  canReset = true;

  reset(): boolean {
    this.resets += 1;
    return this.canReset;
  }
}

function poolOf(maxVms: number) {
  const made: FakeVm[] = [];
  const clock = { now: 0 };
  const source = {
    image: async (prelude: number) => ({ prelude }) as unknown as GuestImage,
    create: async () => {
      const vm = new FakeVm();
      made.push(vm);
      return vm as unknown as GuestVm;
    },
  };
  return { pool: new VmPool(source, maxVms, () => clock.now), made, clock };
}

describe(VmPool, () => {
  it('gives a program the VM it used last, as it is', async () => {
    const { pool, made } = poolOf(4);
    const first = await pool.takeBlank(1, 7);
    const second = await pool.takeBlank(1, 7);
    pool.giveBack(first, true);
    pool.giveBack(second, true);
    expect(pool.takeWarm(7)?.vm).toBe(second.vm);
    expect(pool.takeWarm(8)).toBeUndefined();
    expect(made.map(({ resets }) => resets)).toEqual([0, 0]);
  });

  it('gives another program no VM that was not reset', async () => {
    const { pool, made } = poolOf(1);
    pool.giveBack(await pool.takeBlank(1, 7), true);
    const next = await pool.takeBlank(1, 8);
    expect(made).toHaveLength(1);
    expect(made[0]?.resets).toBe(1);
    expect(next.program).toBe(8);
    expect(pool.takeWarm(7)).toBeUndefined();
  });

  it('takes the one idle longest when there are enough', async () => {
    const { pool, made } = poolOf(2);
    const [a, b] = [await pool.takeBlank(1, 1), await pool.takeBlank(1, 2)];
    pool.giveBack(b, true);
    pool.giveBack(a, true);
    await pool.takeBlank(1, 3);
    expect(made.map(({ resets }) => resets)).toEqual([0, 1]);
    expect(pool.takeWarm(1)?.vm).toBe(a.vm);
  });

  it('makes blank what may hold something of a run', async () => {
    const { pool } = poolOf(2);
    pool.giveBack(await pool.takeBlank(1, 7), false);
    expect(pool.takeWarm(7)).toBeUndefined();
  });

  it('replaces a VM that cannot be reset', async () => {
    const { pool, made } = poolOf(1);
    const old = await pool.takeBlank(1, 7);
    (old.vm as unknown as FakeVm).canReset = false;
    pool.giveBack(old, true);
    expect((await pool.takeBlank(1, 8)).vm).not.toBe(old.vm);
    expect(made).toHaveLength(2);
    expect(pool.size).toBe(1);
  });

  it('throws a VM away that has grown too much', async () => {
    const { pool } = poolOf(2);
    const pooled = await pool.takeBlank(1, 7);
    (pooled.vm as unknown as FakeVm).grownBytes = 9 * 1024 * 1024;
    expect(pool.giveBack(pooled, true)).toBe('thrown away');
    expect(pool.size).toBe(0);
  });

  it('makes a VM anew after a thousand runs', async () => {
    const { pool, made } = poolOf(1);
    pool.giveBack(await pool.takeBlank(1, 7), true);
    for (let run = 1; run < 1_000; run += 1) {
      const pooled = pool.takeWarm(7);
      if (pooled === undefined) throw new Error(`gone after ${run} runs`);
      pool.giveBack(pooled, true);
    }
    expect(pool.takeWarm(7)).toBeUndefined();
    await pool.takeBlank(1, 7);
    expect(made[0]?.resets).toBe(1);
  });

  it('makes a VM anew after ten minutes', async () => {
    const { pool, clock } = poolOf(1);
    const pooled = await pool.takeBlank(1, 7);
    clock.now = 10 * 60_000 + 1;
    pool.giveBack(pooled, true);
    expect(pool.takeWarm(7)).toBeUndefined();
  });

  it('forgets a program, and gives everything idle back', async () => {
    const { pool } = poolOf(2);
    pool.giveBack(await pool.takeBlank(1, 7), true);
    pool.forget(7);
    expect(pool.takeWarm(7)).toBeUndefined();
    pool.trim();
    expect(pool.size).toBe(0);
  });
});
