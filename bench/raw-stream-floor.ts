import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Agent } from 'node:http';
import { join } from 'node:path';

import type { RawStreamPlan } from './raw-stream-server';
import { StreamWatcher } from './stream-watcher';

/** As many clients told as often by a plain HTTP server: what Node and the machine take for the fan-out alone. */
export async function rawStreamFloor(
  plan: RawStreamPlan,
  watchersPerGroup: number,
  agent: Agent,
): Promise<readonly number[]> {
  const server = fork(join(__dirname, 'raw-stream-server.js'), [JSON.stringify(plan)]);
  try {
    const [port] = (await once(server, 'message')) as [number];
    const watchers: StreamWatcher[] = [];
    for (let group = 0; group < plan.groups; group += 1) {
      const url = `http://127.0.0.1:${port}/${group}`;
      const opening = Array.from({ length: watchersPerGroup }, () =>
        StreamWatcher.open(url, {}, agent),
      );
      watchers.push(...(await Promise.all(opening)));
    }
    server.send('begin');
    await Promise.all(watchers.map(({ ended }) => ended));
    return watchers.flatMap(({ latencies }) => latencies);
  } finally {
    server.kill();
  }
}
