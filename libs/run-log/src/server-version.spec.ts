import { featuresOf } from './server-version';

describe('featuresOf', () => {
  it.each(['2.9.25', '1.4.1', '', 'nonsense'])(
    'refuses server %j and says what to run',
    (version) => {
      expect(() => featuresOf(version)).toThrow(/run 2\.10 or newer/);
    },
  );

  it('says what each server can do', () => {
    expect(featuresOf('2.10.27')).toEqual({
      atomicBatches: false,
      messageTtl: false,
      pagedReads: false,
    });
    expect(featuresOf('2.11.0')).toMatchObject({ atomicBatches: false, messageTtl: true });
    expect(featuresOf('2.15.1')).toMatchObject({ atomicBatches: true, messageTtl: true });
  });

  it('does not take 2.9 for newer than 2.10, nor 3.0 for older', () => {
    expect(() => featuresOf('2.9.99')).toThrow();
    expect(featuresOf('3.0.0')).toMatchObject({ atomicBatches: true });
  });
});
