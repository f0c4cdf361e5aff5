import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { processCommand, processIdentity } from './process-identity';

describe(processIdentity, () => {
  it('is the same for the same process and another for another', async () => {
    const child = spawn('/bin/sleep', ['60']);
    const pid = child.pid ?? 0;
    const own = processIdentity(process.pid);
    expect(own).toBeDefined();
    expect(processIdentity(process.pid)).toBe(own);
    expect(processIdentity(pid)).not.toBe(own);
    expect(processCommand(pid)).toBe('/bin/sleep 60');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processIdentity(pid)).toBeUndefined();
  });
});
