import type { LogEntry, RunLog } from '@runnel/run-log';

/** All that a shard holds right now. */
export async function readShard(log: RunLog, shard: number): Promise<readonly LogEntry[]> {
  const last = await log.lastSequence(shard);
  const found: LogEntry[] = [];
  if (last === 0) return found;
  const abort = new AbortController();
  const options = { after: 0, output: true, signal: abort.signal };
  for await (const entries of log.tail(shard, options)) {
    found.push(...entries);
    if ((entries.at(-1)?.position.seq ?? 0) >= last) break;
  }
  abort.abort();
  return found;
}
