import type { Secret } from '@runnel/config';
import { AdvisoryLock } from '@runnel/database';
import { UnavailableError } from '@runnel/errors';

import { type ShardLease, ShardLocks } from '../application/shard-lock.port';

/** Shard ownership by Postgres advisory locks: free the moment their holder or its connection dies. */
export class PostgresShardLocks extends ShardLocks {
  constructor(private readonly url: Secret) {
    super();
  }

  async tryTake(shard: number, onLost: (reason: Error) => void): Promise<ShardLease | undefined> {
    const lock = new AdvisoryLock(this.url.reveal(), `scheduler-shard-${shard}`);
    try {
      return (await lock.tryAcquire(onLost)) ? lock : undefined;
    } catch (cause) {
      throw new UnavailableError('postgres', 'cannot ask Postgres for a shard lock', { cause });
    }
  }
}
