import type { ProjectionLag } from '@runnel/messaging';

interface Cut<T> {
  readonly items: readonly T[];
  /** Sequence of the last item that is in the answer, if one had to be left out. */
  readonly cutAt: number | undefined;
}

/**
 * The rows that fit into an answer. `bytes` of a row is the sum of its size and of all before it. The first is
 * always in: an answer without progress would be asked for for ever.
 */
export function thatFit<R extends { readonly seq: string; readonly bytes: string }>(
  rows: readonly R[],
  budget: number,
): Cut<R> {
  const items = rows.filter(({ bytes }, index) => index === 0 || Number(bytes) <= budget);
  const last = items.at(-1);
  const isCut = items.length < rows.length && last !== undefined;
  return { items, cutAt: isCut ? Number(last.seq) : undefined };
}

/** The lag of an answer that was cut short: as far as its shard goes, it ends at its last item. */
export function lagAt(lag: ProjectionLag, shard: number, cutAt: number | undefined): ProjectionLag {
  if (cutAt === undefined) return lag;
  const positions = lag.positions.map((seq, index) =>
    index === shard ? Math.min(seq, cutAt) : seq,
  );
  return { ...lag, positions };
}
