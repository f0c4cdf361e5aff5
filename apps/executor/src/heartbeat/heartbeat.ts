import type { ExecutorHeartbeat, NatsConnection } from '@runnel/messaging';
import { EXECUTOR_HEARTBEAT } from '@runnel/messaging';

/** Tells the schedulers that this executor lives: one sign for all it holds (DESIGN, "Leases"). */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly nats: NatsConnection,
    private readonly intervalMs: number,
    private readonly state: () => ExecutorHeartbeat,
  ) {}

  start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), this.intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    if (this.nats.isClosed()) return;
    this.nats.publish(EXECUTOR_HEARTBEAT, JSON.stringify(this.state()));
  }
}
