import { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;

export interface AdvisoryLockOptions {
  /**
   * True keeps the connection between tries, which makes waiting for a lock cheap for the server; `release`
   * must then be called even if the lock was never got.
   */
  readonly keepConnection?: boolean;
}

/**
 * A session-level advisory lock on a connection of its own: held by one process at a time, and free again
 * the moment that process or its connection dies.
 */
export class AdvisoryLock {
  private holder: Client | undefined;
  private waiting: Client | undefined;
  private onLost: (reason: Error) => void = () => undefined;

  constructor(
    private readonly url: string,
    /** Names the thing of which there may be one owner, e.g. `metrics-projector-2`. */
    readonly name: string,
    private readonly options: AdvisoryLockOptions = {},
  ) {}

  /**
   * Tries once. `onLost` is called when the connection that holds the lock ends by itself: the caller must
   * then stop at once, as another process may already be the owner. Rejects with the driver's error when
   * the server cannot be asked.
   */
  async tryAcquire(onLost: (reason: Error) => void): Promise<boolean> {
    const client = this.waiting ?? (await this.connect());
    this.waiting = undefined;
    try {
      if (await this.lock(client)) {
        this.holder = client;
        this.onLost = onLost;
        return true;
      }
    } catch (error) {
      await client.end();
      throw error;
    }
    if (this.options.keepConnection === true) this.waiting = client;
    else await client.end();
    return false;
  }

  /**
   * The connection that holds the lock. What is written through it cannot outlive the lock: both end
   * together. Throws when the lock is not held.
   */
  get connection(): Client {
    if (!this.holder) throw new Error(`the lock ${this.name} is not held`);
    return this.holder;
  }

  /** Gives the lock up and closes the connection. Does nothing when there is none. */
  async release(): Promise<void> {
    const clients = [this.holder, this.waiting];
    this.holder = undefined;
    this.waiting = undefined;
    for (const client of clients) await client?.end();
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.url,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: this.name,
    });
    client.on('error', (error) => this.gone(client, error));
    client.on('end', () => this.gone(client, new Error('connection ended')));
    await client.connect();
    return client;
  }

  private async lock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [this.name],
    );
    return rows[0]?.locked === true;
  }

  private gone(client: Client, reason: Error): void {
    if (this.waiting === client) this.waiting = undefined;
    if (this.holder !== client) return;
    this.holder = undefined;
    this.onLost(reason);
  }
}
