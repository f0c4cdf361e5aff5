import type { Client } from 'pg';

import type { SqlParameter } from './projection';

/** A statement and its parameters `$1`, `$2`, … */
export interface Write {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * What a new session sets. Commits need not wait for the disk: rows and position are one transaction, so a
 * server that loses the latest ones has lost both, and they are folded from the log again. Statements are few
 * and always the same, so planning them once is enough.
 */
const SETTINGS = [
  'SET synchronous_commit = off',
  'SET plan_cache_mode = force_generic_plan',
  'SET statement_timeout = 60000',
  'SET lock_timeout = 10000',
].join('; ');

/**
 * Statements on the very connection that holds a shard's lock, one at a time: what is written through it cannot be
 * written by somebody who has lost the lock.
 */
export class LockedSession {
  private readonly names = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly client: Client) {}

  static async open(client: Client): Promise<LockedSession> {
    await client.query(SETTINGS);
    return new LockedSession(client);
  }

  /** Runs one statement, a transaction of its own. Rejects with the driver's error. */
  rows<R>(sql: string, parameters: readonly SqlParameter[] = []): Promise<readonly R[]> {
    const result = this.turn.then(() => this.execute<R>(sql, parameters));
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Runs all writes as one statement, and so as one transaction, and resolves with what `answer` selects. */
  async together<R>(writes: readonly Write[], answer: string): Promise<readonly R[]> {
    return this.rows<R>(
      joined(writes, answer),
      writes.flatMap(({ parameters }) => parameters),
    );
  }

  private async execute<R>(
    text: string,
    parameters: readonly SqlParameter[],
  ): Promise<readonly R[]> {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `projection_${this.names.size}`;
      this.names.set(text, name);
    }
    const { rows } = await this.client.query({ name, text, values: [...parameters] });
    return rows as R[];
  }
}

/**
 * One statement instead of one round trip per write: with small batches the trips are most of the cost. The n-th
 * write becomes the query `w<n>` (from 0) of a WITH clause, its parameters renumbered.
 */
function joined(writes: readonly Write[], answer: string): string {
  let before = 0;
  const queries = writes.map(({ sql, parameters }, index) => {
    const offset = before;
    before += parameters.length;
    const shifted = sql.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + offset}`);
    return `w${index} AS (${shifted})`;
  });
  return `WITH ${queries.join(',\n')}\n${answer}`;
}
