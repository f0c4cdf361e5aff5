import { Client } from 'pg';

/**
 * A session-level advisory lock on a connection of its own: held by one process at a time, and free again
 * the moment that process or its connection dies.
 */
export class AdvisoryLock {
  private client: Client | undefined;

  constructor(
    private readonly url: string,
    /** Names the thing of which there may be one owner, e.g. `metrics-projector-2`. */
    readonly name: string,
  ) {}

  /**
   * Tries once. `onLost` is called when the connection that holds the lock ends by itself: the caller must
   * then stop at once, as another process may already be the owner.
   */
  async tryAcquire(onLost: (reason: Error) => void): Promise<boolean> {
    const client = new Client({
      connectionString: this.url,
      keepAlive: true,
      application_name: this.name,
    });
    client.on('error', (error) => this.lose(client, error, onLost));
    client.on('end', () => this.lose(client, new Error('connection ended'), onLost));
    await client.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [this.name],
    );
    if (rows[0]?.locked === true) {
      this.client = client;
      return true;
    }
    await client.end();
    return false;
  }

  /** Gives the lock up. Does nothing when it is not held. */
  async release(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private lose(client: Client, reason: Error, onLost: (reason: Error) => void): void {
    if (this.client !== client) return;
    this.client = undefined;
    onLost(reason);
  }
}
