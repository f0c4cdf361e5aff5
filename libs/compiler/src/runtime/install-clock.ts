import type { GuestLibrary, GuestRuntime } from './guest-types';

/**
 * Makes `Date` and `Math.random` of the VM repeatable: the time stands still during one firing of a Code node and is
 * recorded by the host, and so is the seed of its random numbers. Runs inside the VM only.
 */
export function installClock(lib: GuestLibrary): void {
  const RealDate = Date;
  const now = () => (lib.current === null ? 0 : lib.current.now());

  const RecordedDate = function (...parts: never[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [now()] : parts, new.target) as Date;
  } as unknown as DateConstructor;
  Object.defineProperty(RecordedDate, 'prototype', { value: RealDate.prototype, writable: false });
  Object.defineProperty(RecordedDate, 'name', { value: 'Date' });
  Object.defineProperty(RecordedDate, 'length', { value: 7 });
  lib.put(RecordedDate, 'now', now);
  lib.put(RecordedDate, 'parse', RealDate.parse);
  lib.put(RecordedDate, 'UTC', RealDate.UTC);
  lib.put(RealDate.prototype, 'constructor', RecordedDate);
  lib.put(globalThis, 'Date', RecordedDate);
  lib.put(Math, 'random', () => (lib.current === null ? 0.5 : lib.current.random()));

  lib.methods.now = function (this: GuestRuntime) {
    if (this.codeTime === null) {
      this.countEffect(this.codeKey);
      this.codeTime = Number(this.host.value(`${this.codeKey}:now`, 'now'));
    }
    return this.codeTime;
  };

  /** mulberry32: small, and good enough for what is no cryptography. */
  lib.methods.random = function (this: GuestRuntime) {
    if (this.codeSeed === null) {
      this.countEffect(this.codeKey);
      const seed = Number(this.host.value(`${this.codeKey}:seed`, 'random'));
      this.codeSeed = Math.floor(seed * 4294967296);
    }
    this.codeSeed = (this.codeSeed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.codeSeed ^ (this.codeSeed >>> 15), 1 | this.codeSeed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
