import type { RunRecord } from './run-view';

/**
 * Leaves out the largest payloads and outputs until all records together have at most `bytes` of them: they
 * are then null in the list, like those in the object store, and come with the run itself.
 * @returns the records that fit, and the bytes that are left
 */
export function fitDocuments(
  records: readonly RunRecord[],
  bytes: number,
): { readonly records: readonly RunRecord[]; readonly left: number } {
  let left = bytes - records.reduce((sum, record) => sum + sizeOf(record), 0);
  if (left >= 0) return { records, left };
  const fitting = new Map(records.map((record) => [record.id, record]));
  const bySize = [...records].sort((a, b) => sizeOf(b) - sizeOf(a));
  for (const record of bySize) {
    if (left >= 0) break;
    const bare = { ...record, payload: LEFT_OUT, output: null };
    left += sizeOf(record) - sizeOf(bare);
    fitting.set(record.id, bare);
  }
  return { records: [...fitting.values()], left: Math.max(0, left) };
}

const LEFT_OUT = JSON.stringify({ inline: null });

function sizeOf({ payload, output, error }: RunRecord): number {
  return (
    Buffer.byteLength(payload) + Buffer.byteLength(output ?? '') + Buffer.byteLength(error ?? '')
  );
}
