import { UnavailableError } from '@runnel/errors';

import { FreshCache } from './fresh-cache';

const options = { freshMs: 1_000, missingMs: 100, maxEntries: 2, serveStale: true };
const away = (): Promise<never> => Promise.reject(new UnavailableError('deployments', 'away'));

/** Answers with what `values` says now, and counts how often it was asked. */
function source(values: Record<string, string | null>) {
  const asked: string[] = [];
  const load = (key: string) => async (): Promise<string | null> => {
    asked.push(key);
    return values[key] ?? null;
  };
  return { asked, load };
}

describe(FreshCache, () => {
  it('asks once while a value is fresh, and again when it is not', async () => {
    const { asked, load } = source({ a: 'one' });
    const cache = new FreshCache<string>(options);
    expect(cache.peek('a', 0)).toBeUndefined();
    expect(await cache.get('a', 0, load('a'))).toBe('one');
    expect(await cache.get('a', 999, load('a'))).toBe('one');
    expect(cache.peek('a', 999)).toBe('one');
    expect(asked).toEqual(['a']);
    await cache.get('a', 1_000, load('a'));
    expect(asked).toEqual(['a', 'a']);
  });

  it('remembers for a shorter while what does not exist', async () => {
    const { asked, load } = source({});
    const cache = new FreshCache<string>(options);
    expect(await cache.get('a', 0, load('a'))).toBeNull();
    expect(cache.peek('a', 99)).toBeNull();
    await cache.get('a', 100, load('a'));
    expect(asked).toHaveLength(2);
  });

  it('asks once for many who ask at once', async () => {
    const { asked, load } = source({ a: 'one' });
    const cache = new FreshCache<string>(options);
    const answers = await Promise.all([1, 2, 3].map(() => cache.get('a', 0, load('a'))));
    expect(answers).toEqual(['one', 'one', 'one']);
    expect(asked).toEqual(['a']);
  });

  it('lets a stale value stand in while its source is away, and does not ask for it every time', async () => {
    const { load } = source({ a: 'one' });
    const cache = new FreshCache<string>(options);
    await cache.get('a', 0, load('a'));
    expect(await cache.get('a', 5_000, away)).toBe('one');
    expect(cache.peek('a', 5_100)).toBe('one');
    await expect(cache.get('b', 5_000, away)).rejects.toThrow('away');
  });

  it('does not take a refusal for an absence', async () => {
    const { load } = source({ a: 'one' });
    const cache = new FreshCache<string>(options);
    await cache.get('a', 0, load('a'));
    await expect(cache.get('a', 5_000, () => Promise.reject(new Error('bug')))).rejects.toThrow(
      'bug',
    );
  });

  it('drops what has changed, so that not even a stale value of it is served', async () => {
    const { load } = source({ a: 'one', b: 'two' });
    const cache = new FreshCache<string>(options);
    await cache.get('a', 0, load('a'));
    await cache.get('b', 0, load('b'));
    cache.drop((key) => key === 'a');
    expect(cache.peek('b', 1)).toBe('two');
    await expect(cache.get('a', 1, away)).rejects.toThrow('away');
  });

  it('does not keep an answer that was on its way when the change was told', async () => {
    const cache = new FreshCache<string>(options);
    let answer: (value: string) => void = () => undefined;
    const old = cache.get('a', 0, () => new Promise<string>((resolve) => (answer = resolve)));
    cache.drop(() => true);
    const fresh = cache.get('a', 0, () => Promise.resolve('new'));
    answer('old');
    expect([await old, await fresh]).toEqual(['old', 'new']);
    expect(cache.peek('a', 1)).toBe('new');
  });

  it('keeps no more than it may', async () => {
    const { load } = source({ a: '1', b: '2', c: '3' });
    const cache = new FreshCache<string>(options);
    for (const key of ['a', 'b', 'c']) await cache.get(key, 0, load(key));
    expect(cache.size).toBe(2);
    expect(cache.peek('a', 1)).toBeUndefined();
  });
});
