import { isAppError, UnavailableError } from '@runnel/errors';
import type { DataSource } from 'typeorm';

import { type LeaseAnswer, ScheduleLease } from '../application/schedule-lease.port';

interface Row {
  readonly fired_through: string | null;
}

/** The lease is one row; its time is Postgres', so that copies need not agree on theirs. */
export class PostgresScheduleLease extends ScheduleLease {
  constructor(
    private readonly database: DataSource,
    /** Names this copy. */
    private readonly holder: string,
    private readonly leaseMs: number,
  ) {
    super();
  }

  async hold(firedThrough: number | undefined): Promise<LeaseAnswer> {
    const [held] = await this.query(
      `INSERT INTO scheduler.schedule_turn AS turn (holder, until, fired_through)
       VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond', $3)
       ON CONFLICT (id) DO UPDATE
         SET holder = excluded.holder, until = excluded.until,
             fired_through = greatest(turn.fired_through, excluded.fired_through)
         WHERE turn.holder = excluded.holder OR turn.until < clock_timestamp()
       RETURNING fired_through`,
      [this.holder, this.leaseMs, firedThrough ?? null],
    );
    if (held) return { isMine: true, firedThrough: toNumber(held) };
    const [theirs] = await this.query('SELECT fired_through FROM scheduler.schedule_turn', []);
    return { isMine: false, firedThrough: theirs && toNumber(theirs) };
  }

  async release(firedThrough: number | undefined): Promise<void> {
    await this.query(
      `UPDATE scheduler.schedule_turn
         SET until = '-infinity', fired_through = greatest(fired_through, $2)
       WHERE holder = $1 RETURNING fired_through`,
      [this.holder, firedThrough ?? null],
    );
  }

  private async query(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      const answer: unknown = await this.database.query(sql, [...values]);
      // TypeORM answers an UPDATE with [rows, count], everything else with the rows.
      return (Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer) as Row[];
    } catch (error) {
      if (isAppError(error)) throw error;
      throw new UnavailableError('postgres', 'cannot reach the scheduler schema', { cause: error });
    }
  }
}

function toNumber({ fired_through: at }: Row): number | undefined {
  return at === null ? undefined : Number(at);
}
