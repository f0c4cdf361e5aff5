import { Events, type NatsConnection } from 'nats';

/** Called when the connection is lost (`false`) and when it is back (`true`). */
export type ConnectionListener = (up: boolean) => void;

/** Tells the parts of the log when the connection goes and comes. */
export class ConnectionWatch {
  private readonly listeners = new Set<ConnectionListener>();
  private connected = true;

  constructor(connection: NatsConnection) {
    void this.follow(connection);
  }

  get up(): boolean {
    return this.connected;
  }

  /** Adds a listener; the returned function removes it. */
  listen(listener: ConnectionListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves true as soon as connected, or false after `ms`. */
  whenUp(ms: number): Promise<boolean> {
    if (this.connected) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (up: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(up);
      };
      const timer = setTimeout(() => finish(false), ms);
      const stop = this.listen((up) => {
        if (up) finish(true);
      });
    });
  }

  /** As `reply`, but rejects as soon as the connection is lost: what it waits for will not come any more. */
  guard<T>(reply: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.listen((up) => {
        if (!up) reject(new Error('the connection was lost before the answer came'));
      });
      reply.then(resolve, reject).finally(stop);
    });
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) this.tell(false);
      else if (status.type === Events.Reconnect) this.tell(true);
    }
    this.tell(false); // the iterator ends when the connection is closed for good
  }

  private tell(up: boolean): void {
    this.connected = up;
    for (const listener of [...this.listeners]) listener(up);
  }
}
