import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { Json } from '@runnel/run-domain';

import type { PayloadStore } from '../payload-store.port';
import { PROJECT } from './samples.contract';

/** What every implementation of the payload store promises. */
export function describePayloadStore(name: string, open: () => Promise<PayloadStore>): void {
  describe(`PayloadStore (${name})`, () => {
    let store: PayloadStore;
    const owner = { project: PROJECT, runId: newId('run') };

    beforeAll(async () => {
      store = await open();
    });

    it('leaves what is up to 64 KiB in its event', async () => {
      const just: Json = 'x'.repeat(64 * 1024 - 2);
      expect(await store.put(just, owner)).toEqual({ inline: just });
      expect(await store.put({ a: [1, null, 'b'] }, owner)).toEqual({
        inline: { a: [1, null, 'b'] },
      });
    });

    it('gives a claim check for more, which brings the value back', async () => {
      const value: Json = {
        text: 'ä💥"\n'.repeat(60_000),
        list: Array.from({ length: 50 }, (_, n) => n),
      };
      const payload = await store.put(value, owner);
      expect('claim' in payload && payload.claim.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(await store.get(payload)).toEqual(value);
    });

    it('counts bytes, not characters', async () => {
      expect(await store.put('ä'.repeat(33_000), owner)).toHaveProperty('claim');
      expect(await store.put('\n'.repeat(33_000), owner)).toHaveProperty('claim');
      expect(await store.put('a'.repeat(33_000), owner)).toHaveProperty('inline');
    });

    it('stores the same value of a run once', async () => {
      const value: Json = 'y'.repeat(100_000);
      expect(await store.put(value, owner)).toEqual(await store.put(value, owner));
      expect(await store.get(await store.put(value, owner))).toBe(value);
    });

    it('says so when the bytes are not those that were stored', async () => {
      const payload = await store.put('z'.repeat(100_000), owner);
      if (!('claim' in payload)) throw new Error('expected a claim check');
      const forged = { claim: { ...payload.claim, sha256: '0'.repeat(64) } };
      await expect(store.get(forged)).rejects.toMatchObject({ code: 'PAYLOAD_CORRUPT' });
    });

    it('says so when there is nothing stored', async () => {
      const claim = {
        key: `${PROJECT}/run_none/${'0'.repeat(64)}`,
        sha256: '0'.repeat(64),
        bytes: 1,
      };
      await expect(store.get({ claim })).rejects.toBeInstanceOf(DomainError);
      await expect(store.get({ claim })).rejects.toMatchObject({ code: 'PAYLOAD_NOT_FOUND' });
    });

    it('refuses what is too large', async () => {
      const huge = 'x'.repeat(33 * 1024 * 1024);
      await expect(store.put(huge, owner)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    });

    it('refuses what is nested too deeply to be written', async () => {
      let deep: Json = null;
      for (let n = 0; n < 200_000; n += 1) deep = [deep];
      await expect(store.put(deep, owner)).rejects.toMatchObject({ code: 'PAYLOAD_NOT_JSON' });
    });
  });
}
