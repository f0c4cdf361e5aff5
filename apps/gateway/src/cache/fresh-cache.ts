import { isErrorOfKind } from '@runnel/errors';

export interface FreshCacheOptions {
  /** How long a found value is used without asking again, in ms. */
  readonly freshMs: number;
  /** The same for what does not exist. */
  readonly missingMs: number;
  /** Keys kept; beyond that the one that was asked for longest ago is forgotten. */
  readonly maxEntries: number;
  /** Whether a value that is no longer fresh is used while its source is unavailable. */
  readonly serveStale: boolean;
}

interface Entry<V> {
  readonly value: V | null;
  freshUntil: number;
}

/** While its source is away, a stale value is used this long before the source is tried again. */
const STALE_RETRY_MS = 2_000;

/**
 * Answers of another service, kept for a short while and dropped when that service says that they changed.
 * Concurrent questions for a key are asked once.
 */
export class FreshCache<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly loading = new Map<string, Promise<V | null>>();
  private generation = 0;

  constructor(private readonly options: FreshCacheOptions) {}

  /** The value if it is known and fresh at `now` (ms): the path that needs no promise. `null`: known not to exist. */
  peek(key: string, now: number): V | null | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.freshUntil > now ? entry.value : undefined;
  }

  /**
   * The value of `key`, from `load` unless it is fresh; null when it does not exist.
   * @throws what `load` throws, unless a stale value may stand in for an unavailable source
   */
  async get(key: string, now: number, load: () => Promise<V | null>): Promise<V | null> {
    const known = this.peek(key, now);
    if (known !== undefined) return known;
    const running = this.loading.get(key);
    if (running) return running;
    const loaded = this.load(key, now, load).finally(() => {
      if (this.loading.get(key) === loaded) this.loading.delete(key);
    });
    this.loading.set(key, loaded);
    return loaded;
  }

  /** Whether `key` has a value, fresh or not. */
  knows(key: string): boolean {
    return (this.entries.get(key)?.value ?? null) !== null;
  }

  /** Forgets the values for which `isStale` holds, and what is being loaded right now. */
  drop(isStale: (key: string, value: V | null) => boolean): void {
    this.generation += 1;
    this.loading.clear();
    for (const [key, { value }] of this.entries) if (isStale(key, value)) this.entries.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }

  private async load(key: string, now: number, load: () => Promise<V | null>): Promise<V | null> {
    const { generation } = this;
    try {
      const value = await load();
      // Asked before a change and answered after it: good for this caller, not to be kept.
      if (generation === this.generation) this.keep(key, value, now);
      return value;
    } catch (error) {
      const entry = this.entries.get(key);
      if (!entry || !this.options.serveStale || !isErrorOfKind(error, 'unavailable')) throw error;
      entry.freshUntil = now + STALE_RETRY_MS;
      return entry.value;
    }
  }

  private keep(key: string, value: V | null, now: number): void {
    const { freshMs, missingMs, maxEntries } = this.options;
    this.entries.delete(key);
    if (this.entries.size >= maxEntries) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, { value, freshUntil: now + (value === null ? missingMs : freshMs) });
  }
}
