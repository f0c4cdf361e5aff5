import { cpuMsOf } from './process-cpu';

describe(cpuMsOf, () => {
  const onLinux = process.platform === 'linux';

  it('tells what a process has used, where the system does', () => {
    const before = cpuMsOf(process.pid);
    if (!onLinux) return expect(before).toBeUndefined();
    const inside = process.cpuUsage();
    const usedMs = (): number => {
      const { user, system } = process.cpuUsage(inside);
      return (user + system) / 1_000;
    };
    while (usedMs() < 100);
    const told = (cpuMsOf(process.pid) ?? NaN) - (before ?? NaN);
    expect(told).toBeGreaterThan(70); // two readings in ticks of 10 ms, and two kinds of time in each
    expect(told).toBeLessThan(usedMs() + 30);
  });

  it('does not know a process that is not there', () => {
    expect(cpuMsOf(0x7fff_fffe)).toBeUndefined();
    expect(cpuMsOf(undefined)).toBeUndefined();
  });
});
