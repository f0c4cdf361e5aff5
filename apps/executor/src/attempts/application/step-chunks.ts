import type { StepEvent } from '@runnel/run-domain';

/** Bytes of steps in one commit, beside the result of a run and its payloads of 64 KiB; any server takes 1 MiB. */
const CHUNK_BYTES = 256 * 1024;
/** So few notes of 4 KiB are not worth measuring. */
const SURELY_FIT = 16;

/** The steps in groups that fit into a commit each, in order; none for no steps. */
export function chunksOf(steps: readonly StepEvent[]): readonly (readonly StepEvent[])[] {
  if (steps.length === 0) return [];
  if (steps.length <= SURELY_FIT) return [steps];
  const chunks: StepEvent[][] = [[]];
  let bytes = 0;
  for (const step of steps) {
    const size = Buffer.byteLength(JSON.stringify(step));
    if (bytes + size > CHUNK_BYTES && bytes > 0) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(step);
    bytes += size;
  }
  return chunks;
}
