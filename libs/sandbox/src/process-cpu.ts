import { readFileSync } from 'node:fs';

/**
 * CPU time that all threads of a process have used, ms, in steps of 10. Undefined where the system does not tell:
 * it has no /proc, hides others' processes, or counts nothing. Costs some 10 microseconds.
 */
export function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; user and system time are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks > 0 ? ticks * MS_PER_TICK : undefined; // no Node has come up in less than a tick
  } catch {
    return undefined;
  }
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;
