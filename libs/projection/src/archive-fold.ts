import type { RunArchive } from './archive.port';
import type { LockedSession, Write } from './locked-session';
import { versionTables } from './projection';
import type { AppliedBatch, ProjectionVersion } from './projection-version';

interface FoldParts {
  readonly schema: string;
  readonly shard: number;
  readonly session: LockedSession;
  readonly archive: RunArchive;
  readonly applied: (batch: AppliedBatch) => void;
  readonly signal: AbortSignal;
}

/**
 * Folds what has left the log into a version that is built. How far it has come is stored with each stretch, in the
 * same transaction. Resolves with false when the signal has ended it early.
 */
export async function foldArchive(version: ProjectionVersion, parts: FoldParts): Promise<boolean> {
  const { shard, archive, signal } = parts;
  let n = await reached(version, parts);
  for (;;) {
    if (signal.aborted) return false;
    const started = performance.now();
    const { entries, upTo } = await archive.after(shard, n);
    if (upTo === n) return true;
    await store(version, parts, { entries, from: n, upTo });
    parts.applied({ entries, milliseconds: performance.now() - started });
    n = upTo;
  }
}

async function store(
  version: ProjectionVersion,
  { schema, shard, session }: FoldParts,
  { entries, from, upTo }: Awaited<ReturnType<RunArchive['after']>> & { readonly from: number },
): Promise<void> {
  const { projection } = version;
  const moved: Write = {
    sql: `UPDATE "${schema}".projection_position SET archived = $1
          WHERE name = $2 AND version = $3 AND shard = $4 AND archived = $5 AND seq = 0 RETURNING 1`,
    parameters: [upTo, projection.name, version.version, shard, from],
  };
  const writes = [moved];
  await projection.apply(entries, {
    shard,
    table: versionTables(schema, version.version),
    query: (sql, parameters) => session.rows(sql, parameters),
    write: (sql, parameters) => void writes.push({ sql, parameters }),
  });
  // A position that another process has moved divides by zero, which undoes the writes in the same breath.
  await session.together(writes, 'SELECT 1 / (SELECT count(*) FROM w0)::int AS moved');
}

async function reached(
  { projection, version }: ProjectionVersion,
  { schema, shard, session }: FoldParts,
): Promise<number> {
  const rows = await session.rows<{ archived: string }>(
    `SELECT archived FROM "${schema}".projection_position
     WHERE name = $1 AND version = $2 AND shard = $3`,
    [projection.name, version, shard],
  );
  return Number(rows[0]?.archived ?? 0);
}
