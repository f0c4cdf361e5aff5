import type { ProjectionLag } from '@runnel/messaging';

interface Cut<T> {
  readonly items: readonly T[];
  /** Sequence of the last item that is in the answer, if one had to be left out. */
  readonly cutAt: number | undefined;
}

/** A row with the sum of its size and of all before it, and how many rows there are from the first on. */
interface Measured {
  readonly seq: string;
  readonly bytes: string;
  readonly found: string;
}

/**
 * The rows that fit into an answer of at most `limit`. The first is always in: an answer without progress would be
 * asked for for ever.
 */
export function thatFit<R extends Measured>(
  rows: readonly R[],
  { limit, bytes: budget }: { readonly limit: number; readonly bytes: number },
): Cut<R> {
  const items = rows.filter(({ bytes }, index) => index === 0 || Number(bytes) <= budget);
  const last = items.at(-1);
  const isCut = items.length < Math.min(limit, Number(last?.found ?? 0));
  return { items, cutAt: isCut && last ? Number(last.seq) : undefined };
}

/** The lag of an answer that was cut short: as far as its shard goes, it ends at its last item. */
export function lagAt(lag: ProjectionLag, shard: number, cutAt: number | undefined): ProjectionLag {
  if (cutAt === undefined) return lag;
  const positions = lag.positions.map((seq, index) =>
    index === shard ? Math.min(seq, cutAt) : seq,
  );
  return { ...lag, positions };
}
