import { ScryptPasswordHasher } from './scrypt-password-hasher';

describe(ScryptPasswordHasher, () => {
  it('turns away what it could not do in time, and serves all others and those who come later', async () => {
    const hasher = new ScryptPasswordHasher();
    // Hashes of the weakest cost: the queue is what is tested.
    const weak = `scrypt$2$1$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 25 }, () => hasher.verify('any', weak)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(25 - 2 - 16);
    expect(refused[0]?.reason).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await hasher.verify('any', weak)).toBe(false);
  });

  it('gives its place back when the work fails', async () => {
    const hasher = new ScryptPasswordHasher();
    for (let i = 0; i < 5; i += 1) await expect(hasher.verify('any', 'damaged')).rejects.toThrow();
    expect(await hasher.verify('secret', await hasher.hash('secret'))).toBe(true);
  });
});
