import { rememberingResolver } from './resolver';

describe(rememberingResolver, () => {
  it('asks once for a burst and again when the answer is old', async () => {
    const asked: string[] = [];
    let now = 0;
    const resolve = rememberingResolver(
      async (host) => {
        asked.push(host);
        return ['192.0.2.1'];
      },
      () => now,
    );
    await Promise.all([resolve('a'), resolve('a'), resolve('b')]);
    expect(asked).toEqual(['a', 'b']);
    now = 5_001;
    await resolve('a');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('forgets a failure at once', async () => {
    let calls = 0;
    const resolve = rememberingResolver(async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return ['192.0.2.1'];
    });
    await expect(resolve('a')).rejects.toThrow('away');
    await expect(resolve('a')).resolves.toEqual(['192.0.2.1']);
  });
});
