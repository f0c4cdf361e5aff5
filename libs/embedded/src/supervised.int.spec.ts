import { waitFor } from '@runnel/testing';

import { BackOff } from './back-off';
import { OwnedProcess } from './owned-process';
import { processIdentity } from './process-identity';
import { Supervised, type SupervisedOptions } from './supervised';

const running: Supervised[] = [];

function supervise(script: string, options: Partial<SupervisedOptions> = {}) {
  const reports: string[] = [];
  const said: string[] = [];
  const supervised = new Supervised({
    name: 'thing',
    restart: true,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
    report: (line) => reports.push(line),
    backOff: new BackOff(10, 50),
    spawn: () =>
      OwnedProcess.start({
        name: 'thing',
        command: '/bin/sh',
        args: ['-c', script],
        env: { PATH: '/usr/bin:/bin' },
        cwd: '/',
        onStdout: (chunk) => said.push(chunk.toString()),
      }),
    ...options,
  });
  running.push(supervised);
  return { supervised, reports, said };
}

describe(Supervised, () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((supervised) => supervised.stop()));
  });

  it('starts what has died again, says so, and waits longer each time', async () => {
    const { supervised, reports } = supervise('exit 3');
    await supervised.start();
    await waitFor(() => reports.length >= 4, { what: 'four restarts' });
    expect(reports.slice(0, 4)).toEqual([
      'thing failed with exit code 3; starting it again in 10 ms',
      'thing failed with exit code 3; starting it again in 20 ms',
      'thing failed with exit code 3; starting it again in 40 ms',
      'thing failed with exit code 3; starting it again in 50 ms',
    ]);
  });

  it('goes on trying when a start does not come to serve', async () => {
    let starts = 0;
    const { supervised, reports } = supervise('sleep 60', {
      ready: async () => {
        starts += 1;
        if (starts === 2) throw new Error('port taken');
      },
    });
    await supervised.start();
    await supervised.kill('SIGKILL');
    await waitFor(() => starts, { what: 'a third start', until: (count) => count === 3 });
    expect(reports).toEqual([
      'thing was killed by SIGKILL; starting it again in 10 ms',
      'thing did not come back: Error: port taken; starting it again in 20 ms',
    ]);
  });

  it('leaves what has died dead when restarts are off, until it is started again', async () => {
    const { supervised, reports } = supervise('sleep 60', { restart: false });
    await supervised.start();
    await supervised.kill('SIGKILL');
    expect(supervised.pid).toBeUndefined();
    await supervised.start();
    expect(supervised.pid).toBeDefined();
    expect(reports).toEqual([]);
  });

  it('rejects and leaves nothing running when the first start fails', async () => {
    let pid = 0;
    const { supervised } = supervise('sleep 60', {
      ready: (process) => {
        pid = process.pid;
        return Promise.reject(new Error('no'));
      },
    });
    await expect(supervised.start()).rejects.toThrow('no');
    expect(processIdentity(pid)).toBeUndefined();
  });

  it('rejects with a sentence when the program is not there', async () => {
    const { supervised } = supervise('', {
      spawn: () =>
        OwnedProcess.start({ name: 'thing', command: '/no/such', args: [], env: {}, cwd: '/' }),
    });
    await expect(supervised.start()).rejects.toThrow(
      'thing cannot be started: /no/such: spawn /no/such ENOENT.',
    );
  });

  it('asks first, and kills what does not listen together with its children', async () => {
    const { supervised, said } = supervise(
      'trap "" TERM; sleep 60 & echo $!; while :; do sleep 1; done',
      {
        graceMs: 100,
      },
    );
    await supervised.start();
    const child = Number(await waitFor(() => said[0], { what: 'the number of the child' }));
    const { pid } = supervised;
    await supervised.stop();
    expect(processIdentity(pid ?? 0)).toBeUndefined();
    await waitFor(() => processIdentity(child) === undefined, { what: 'the child to be gone' });
  });

  it('sweeps what a process that ended by itself has left behind', async () => {
    const { supervised, said } = supervise('sleep 60 & echo $!; exit 0', { restart: false });
    await supervised.start();
    const child = Number(await waitFor(() => said[0], { what: 'the number of the child' }));
    await waitFor(() => processIdentity(child) === undefined, { what: 'the child to be gone' });
  });

  it('stops while it waits to start again', async () => {
    const { supervised, reports } = supervise('exit 1', { backOff: new BackOff(60_000, 60_000) });
    await supervised.start();
    await waitFor(() => reports.length, { what: 'the wait to begin' });
    await supervised.stop();
    expect(reports).toHaveLength(1);
    expect(supervised.pid).toBeUndefined();
  });

  it('restarts on demand with a new process', async () => {
    const { supervised, reports } = supervise('sleep 60');
    await supervised.start();
    const before = supervised.pid;
    await supervised.restart();
    expect(supervised.pid).not.toBe(before);
    expect(reports).toEqual([]);
    await supervised.kill('SIGKILL');
    await waitFor(() => supervised.pid, { what: 'it to be brought back' });
  });
});
