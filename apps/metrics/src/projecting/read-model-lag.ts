import { Injectable } from '@nestjs/common';
import { Database } from '@runnel/database';
import type { ProjectionLag } from '@runnel/messaging';
import { HeadWatch } from '@runnel/projection';
import { RunLog } from '@runnel/run-log';

interface PositionRow {
  readonly shard: number;
  readonly seq: string;
}

/** How far the versions that serve have come. */
@Injectable()
export class ReadModelLag {
  constructor(
    private readonly database: Database,
    private readonly heads: HeadWatch,
    private readonly log: RunLog,
  ) {}

  /**
   * The lag of one projection. Asked before its rows, it never claims more than they hold.
   * @throws UnavailableError
   */
  async of(projection: string): Promise<ProjectionLag> {
    const rows = await this.database.rows<PositionRow>(
      `SELECT p.shard, p.seq
       FROM metrics.projection_active a
       JOIN metrics.projection_position p ON p.name = a.name AND p.version = a.version
       WHERE a.name = $1`,
      [projection],
    );
    const positions = Array.from({ length: this.log.shards }, () => 0);
    for (const { shard, seq } of rows) if (shard in positions) positions[shard] = Number(seq);
    return { positions, lagSeconds: this.secondsBehind(positions) };
  }

  /** Seconds by which the shard that is furthest behind is behind the log. */
  private secondsBehind(positions: readonly number[]): number {
    return Math.max(...positions.map((seq, shard) => this.heads.lagSeconds(shard, seq)));
  }
}
