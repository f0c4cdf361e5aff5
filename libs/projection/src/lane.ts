import { bigintArray, intArray, sqlState, textArray } from '@runnel/database';
import type { LogEntry, RunLog } from '@runnel/run-log';

import { foldArchive } from './archive-fold';
import type { RunArchive } from './archive.port';
import { type BatchLimits, BatchReader } from './batch-reader';
import type { LockedSession, Write } from './locked-session';
import { versionTables } from './projection';
import type { AppliedBatch, ProjectionVersion } from './projection-version';

export interface LaneParts {
  readonly schema: string;
  readonly shard: number;
  readonly runLog: Pick<RunLog, 'tail'>;
  readonly session: LockedSession;
  readonly limits: BatchLimits;
  readonly archive?: RunArchive;
  readonly applied: (batch: AppliedBatch) => void;
}

const DIVISION_BY_ZERO = '22012';

/** The stored position is not the one expected: somebody else projects this shard, so the lock is lost. */
export class PositionMovedError extends Error {
  override readonly name = 'PositionMovedError';
}

/**
 * Versions of projections that are folded together from one reading of a shard, in one transaction per batch.
 * A version that is a little ahead of the others is left out until they have come up to it.
 */
export class Lane {
  private readonly positions = new Map<ProjectionVersion, number>();

  constructor(
    readonly versions: readonly ProjectionVersion[],
    private readonly parts: LaneParts,
  ) {}

  /** `run-list v1, run-events v1`, for logs. */
  get name(): string {
    return this.versions
      .map(({ projection, version }) => `${projection.name} v${version}`)
      .join(', ');
  }

  /**
   * Projects until the signal fires. Whatever it throws has changed nothing: calling it again goes on with
   * the same batch. Throws PositionMovedError when another process has projected this shard.
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.versions.length === 0 || signal.aborted) return;
    await this.loadPositions();
    const after = Math.min(...this.positions.values());
    const { runLog, shard, limits, archive } = this.parts;
    for (const version of this.versions) {
      // Whoever has begun with the log is through with the archive: nothing leaves the log before it is folded.
      if (archive === undefined || !version.building || this.position(version) > 0) continue;
      if (!(await foldArchive(version, { ...this.parts, archive, signal }))) return;
    }
    const reader = new BatchReader(runLog.tail(shard, { after, output: true, signal }), limits);
    try {
      for (;;) {
        const batch = await reader.next();
        if (batch === undefined || signal.aborted) return;
        await this.apply(batch);
      }
    } finally {
      reader.close();
    }
  }

  private async loadPositions(): Promise<void> {
    const { schema, shard, session } = this.parts;
    for (const version of this.versions) {
      const key = [version.projection.name, version.version, shard];
      await session.rows(
        `INSERT INTO "${schema}".projection_position (name, version, shard)
         VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        key,
      );
      const found = await session.rows<{ seq: string }>(
        `SELECT seq FROM "${schema}".projection_position
         WHERE name = $1 AND version = $2 AND shard = $3`,
        key,
      );
      this.positions.set(version, Number(found[0]?.seq ?? 0));
    }
  }

  private async apply(entries: readonly LogEntry[]): Promise<void> {
    const started = performance.now();
    const last = entries.at(-1)?.position.seq ?? 0;
    const behind = this.versions.filter((version) => this.position(version) < last);
    if (behind.length === 0) return;
    const writes = [this.move(behind, last)];
    for (const version of behind) await this.fold(version, entries, writes);
    await this.commit(behind.length, writes);
    for (const version of behind) this.positions.set(version, last);
    this.parts.applied({ entries, milliseconds: performance.now() - started });
  }

  /** The new positions, if they are the ones expected: the first write of a batch. */
  private move(versions: readonly ProjectionVersion[], last: number): Write {
    const { schema, shard } = this.parts;
    return {
      sql: `UPDATE "${schema}".projection_position AS p SET seq = $1
       FROM unnest($2::text[], $3::int[], $4::bigint[]) AS expected (name, version, seq)
       WHERE p.name = expected.name AND p.version = expected.version AND p.seq = expected.seq
         AND p.shard = $5
       RETURNING 1`,
      parameters: [
        last,
        textArray(versions.map(({ projection }) => projection.name)),
        intArray(versions.map(({ version }) => version)),
        bigintArray(versions.map((version) => this.position(version))),
        shard,
      ],
    };
  }

  private async fold(
    version: ProjectionVersion,
    entries: readonly LogEntry[],
    writes: Write[],
  ): Promise<void> {
    const { schema, shard, session } = this.parts;
    const after = this.position(version);
    const first = entries[0]?.position.seq ?? 0;
    const fresh = after < first ? entries : entries.filter(({ position }) => position.seq > after);
    await version.projection.apply(fresh, {
      shard,
      table: versionTables(schema, version.version),
      query: (sql, parameters) => session.rows(sql, parameters),
      write: (sql, parameters) => void writes.push({ sql, parameters }),
    });
  }

  /** Fewer moved positions than expected divide by zero, which undoes the writes in the same breath. */
  private async commit(versions: number, writes: readonly Write[]): Promise<void> {
    const answer = `SELECT 1 / ((SELECT count(*) FROM w0) = ${versions})::int AS moved`;
    try {
      await this.parts.session.together(writes, answer);
    } catch (error) {
      if (sqlState(error) !== DIVISION_BY_ZERO) throw error;
      throw new PositionMovedError(
        `the position of ${this.name} in shard ${this.parts.shard} is not the one expected: ` +
          'another process projects it',
      );
    }
  }

  private position(version: ProjectionVersion): number {
    return this.positions.get(version) ?? 0;
  }
}
