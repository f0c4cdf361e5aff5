/** Injection token of the keys that are derived from `RUNNEL_SECRET` (`DerivedKeys` of libs/auth). */
export const KEYS = Symbol('KEYS');
