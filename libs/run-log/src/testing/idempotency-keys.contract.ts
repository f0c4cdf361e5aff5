import { newId } from '@runnel/ids';

import type { IdempotencyKeys } from '../idempotency-keys.port';

/** What every implementation of the idempotency keys promises. `now` is moved by the suite. */
export function describeIdempotencyKeys(
  name: string,
  open: (now: () => number) => Promise<IdempotencyKeys>,
): void {
  describe(`IdempotencyKeys (${name})`, () => {
    let keys: IdempotencyKeys;
    let clock = Date.now();

    beforeAll(async () => {
      keys = await open(() => clock);
    });
    afterAll(() => keys.close());

    it('gives a key to one of 20 runs and tells the others which', async () => {
      const runIds = Array.from({ length: 20 }, () => newId('run'));
      const results = await Promise.all(runIds.map((runId) => keys.reserve('hook', 'race', runId)));
      const winners = results.filter(({ created }) => created);
      expect(winners).toHaveLength(1);
      expect(new Set(results.map(({ runId }) => runId)).size).toBe(1);
      expect(runIds).toContain(winners[0]?.runId);
    });

    it('lets the holder ask again', async () => {
      const runId = newId('run');
      await keys.reserve('hook', 'again', runId);
      expect(await keys.reserve('hook', 'again', runId)).toEqual({ runId, created: true });
    });

    it('keeps scopes apart, however they are spelled', async () => {
      const [one, two] = [newId('run'), newId('run')] as [string, string];
      await keys.reserve('a', 'b:c', one);
      expect(await keys.reserve('a:b', 'c', two)).toMatchObject({ created: true });
    });

    it('takes any text for a key', async () => {
      for (const key of [' ', '*', '>', 'a.b', '\r\n', '§💥', 'x'.repeat(5_000)]) {
        const runId = newId('run');
        expect(await keys.reserve('odd', key, runId)).toEqual({ runId, created: true });
        expect(await keys.holder('odd', key)).toBe(runId);
      }
    });

    it('frees a key for another run when its holder releases it, and for nobody else', async () => {
      const [one, two] = [newId('run'), newId('run')] as [string, string];
      await keys.reserve('hook', 'release', one);
      await keys.release('hook', 'release', two);
      expect(await keys.reserve('hook', 'release', two)).toEqual({ runId: one, created: false });
      await keys.release('hook', 'release', one);
      await keys.release('hook', 'release', one);
      expect(await keys.holder('hook', 'release')).toBeUndefined();
      expect(await keys.reserve('hook', 'release', two)).toEqual({ runId: two, created: true });
    });

    it('frees a key by itself after its time', async () => {
      const [one, two] = [newId('run'), newId('run')] as [string, string];
      await keys.reserve('hook', 'expiry', one, 60);
      clock += 59_000;
      expect(await keys.reserve('hook', 'expiry', two)).toEqual({ runId: one, created: false });
      clock += 2_000;
      expect(await keys.holder('hook', 'expiry')).toBeUndefined();
      expect(await keys.reserve('hook', 'expiry', two)).toEqual({ runId: two, created: true });
    });
  });
}
