import { at, request } from '../test/fixtures';
import { given } from '../test/scenario';
import { refreshedExpiry } from './expiry';

describe(refreshedExpiry, () => {
  it('gives a new start as long as the first one had from the request', () => {
    const { run } = given(request({ expiresAt: at(60) }, 10));
    expect(refreshedExpiry(run, at(1000))).toBe(at(1050));
  });

  it('counts from the time the run was asked for, where that is later', () => {
    const { run } = given(request({ scheduledAt: at(600), expiresAt: at(660) }));
    expect(refreshedExpiry(run, at(1000))).toBe(at(1060));
  });

  it('counts from the request where the time asked for had passed', () => {
    const { run } = given(request({ scheduledAt: at(-600), expiresAt: at(60) }));
    expect(refreshedExpiry(run, at(1000))).toBe(at(1060));
  });

  it('gives none to a run that does not expire', () => {
    expect(refreshedExpiry(given(request()).run, at(1000))).toBeUndefined();
  });
});
