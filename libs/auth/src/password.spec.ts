import { hashPassword, verifyPassword } from './password';

describe(verifyPassword, () => {
  it('accepts the password a hash was made from and no other', async () => {
    const stored = await hashPassword('correct horse!');
    expect(await verifyPassword('correct horse!', stored)).toBe(true);
    expect(await verifyPassword('correct horse', stored)).toBe(false);
    expect(stored).not.toContain('correct');
  });

  it('salts: the same password gives two hashes', async () => {
    expect(await hashPassword('same!')).not.toBe(await hashPassword('same!'));
  });

  it('treats the two ways of writing an accent as one password', async () => {
    expect(await verifyPassword('caf\u00e9!', await hashPassword('cafe\u0301!'))).toBe(true);
  });

  it('takes about as long for an unknown user as for a wrong password', async () => {
    const stored = await hashPassword('correct horse!');
    const cpuOf = async (hash: string | undefined): Promise<number> => {
      const before = process.cpuUsage();
      expect(await verifyPassword('wrong', hash)).toBe(false);
      return process.cpuUsage(before).user; // not the wall clock: other processes want it too
    };
    const ratio = (await cpuOf(undefined)) / (await cpuOf(stored));
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  it('reads the cost from the hash, so that older hashes stay valid', async () => {
    const weaker =
      'scrypt$1024$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(await verifyPassword('any', weaker)).toBe(false);
  });

  it.each(['', 'plain', 'scrypt$1$2', 'scrypt$99999999$8$5$aa$bb'])(
    'does not take %p for a hash',
    async (stored) => {
      await expect(verifyPassword('any', stored)).rejects.toThrow('damaged');
    },
  );
});
