import type { LogEntry, RunLog } from '@runnel/run-log';

interface Stretch {
  readonly shard: number;
  /** Sequences after this one are read … */
  readonly after: number;
  /** … up to this one. */
  readonly upTo: number;
  /** Ends the reading early. */
  readonly signal: AbortSignal;
}

/** Silence after which the rest of a stretch holds no entries any more: they were sealed or have expired. */
const SILENCE_MS = 5_000;

/** Commits of a stretch of the log, in lists as they arrive; ends at its end. Throws what the log throws. */
export async function* commitsOf(
  runLog: Pick<RunLog, 'tail'>,
  { shard, after, upTo, signal }: Stretch,
): AsyncGenerator<readonly LogEntry[]> {
  if (after >= upTo) return;
  const end = new AbortController();
  const silence = setTimeout(() => end.abort(), SILENCE_MS);
  const ending = AbortSignal.any([signal, end.signal]);
  try {
    for await (const entries of runLog.tail(shard, { after, output: true, signal: ending })) {
      silence.refresh();
      yield entries.filter(({ kind, position }) => kind === 'commit' && position.seq <= upTo);
      if ((entries.at(-1)?.position.seq ?? 0) >= upTo) return;
    }
  } finally {
    clearTimeout(silence);
    end.abort();
  }
}

/** Up to `limit` different runs that have a commit in a stretch of the log. */
export async function runsOf(
  runLog: Pick<RunLog, 'tail'>,
  stretch: Stretch,
  limit: number,
): Promise<readonly string[]> {
  const runs = new Set<string>();
  for await (const entries of commitsOf(runLog, stretch)) {
    for (const { runId } of entries) {
      runs.add(runId);
      if (runs.size >= limit) return [...runs];
    }
  }
  return [...runs];
}
