import type { Client } from 'pg';

import type { SqlParameter } from './projection';

/** Runs one statement of a transaction. */
export interface SessionStatements {
  readonly rows: <R>(sql: string, parameters: readonly SqlParameter[]) => Promise<readonly R[]>;
  /** Resolves with the number of rows that were changed. */
  readonly change: (sql: string, parameters: readonly SqlParameter[]) => Promise<number>;
}

/**
 * What a new session sets. Commits need not wait for the disk: rows and position are one transaction, so a
 * server that loses the latest ones has lost both, and they are folded from the log again.
 */
const SETTINGS = [
  'SET synchronous_commit = off',
  'SET statement_timeout = 60000',
  'SET lock_timeout = 10000',
  'SET idle_in_transaction_session_timeout = 60000',
].join('; ');

/**
 * Transactions on the very connection that holds a shard's lock, one at a time: what is written through it
 * cannot be written by somebody who has lost the lock.
 */
export class LockedSession {
  private readonly statementNames = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly client: Client) {}

  static async open(client: Client): Promise<LockedSession> {
    await client.query(SETTINGS);
    return new LockedSession(client);
  }

  /** Runs `work` in a transaction, after those asked for before. Throws what `work` or Postgres throws. */
  transaction<T>(work: (statements: SessionStatements) => Promise<T>): Promise<T> {
    const result = this.turn.then(() => this.run(work));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async run<T>(work: (statements: SessionStatements) => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      const result = await work(this.statements);
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      // Where even this fails the connection is gone, and the transaction with it.
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private readonly statements: SessionStatements = {
    rows: async <R>(text: string, parameters: readonly SqlParameter[]) =>
      (await this.client.query(this.prepared(text, parameters))).rows as R[],
    change: async (text, parameters) =>
      (await this.client.query(this.prepared(text, parameters))).rowCount ?? 0,
  };

  private prepared(text: string, parameters: readonly SqlParameter[]) {
    let name = this.statementNames.get(text);
    if (name === undefined) {
      name = `projection_${this.statementNames.size}`;
      this.statementNames.set(text, name);
    }
    return { name, text, values: [...parameters] };
  }
}
