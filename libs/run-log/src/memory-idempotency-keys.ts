import {
  IDEMPOTENCY_TTL_SECONDS,
  IdempotencyKeys,
  type Reservation,
} from './idempotency-keys.port';

/** Idempotency keys in memory, for tests. */
export class MemoryIdempotencyKeys extends IdempotencyKeys {
  private readonly held = new Map<string, { runId: string; expiresAt: number }>();

  constructor(private readonly now: () => number = Date.now) {
    super();
  }

  async reserve(
    scope: string,
    key: string,
    runId: string,
    ttlSeconds = IDEMPOTENCY_TTL_SECONDS,
  ): Promise<Reservation> {
    const holder = this.alive(scope, key);
    if (holder !== undefined) return { runId: holder, created: holder === runId };
    const expiresAt = this.now() + ttlSeconds * 1_000;
    this.held.set(nameOf(scope, key), { runId, expiresAt });
    return { runId, created: true };
  }

  async holder(scope: string, key: string): Promise<string | undefined> {
    return this.alive(scope, key);
  }

  async release(scope: string, key: string, runId: string): Promise<void> {
    if (this.alive(scope, key) === runId) this.held.delete(nameOf(scope, key));
  }

  close(): void {
    this.held.clear();
  }

  private alive(scope: string, key: string): string | undefined {
    const held = this.held.get(nameOf(scope, key));
    return held && held.expiresAt > this.now() ? held.runId : undefined;
  }
}

function nameOf(scope: string, key: string): string {
  return `${scope.length}:${scope}:${key}`;
}
