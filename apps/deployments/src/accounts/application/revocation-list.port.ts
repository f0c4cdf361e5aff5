/** Session tokens that were ended before their time. */
export abstract class RevocationList {
  /** Remembers `jti` until `until`, and forgets what ended before `now`. Again is no error. */
  abstract add(jti: string, until: Date, now: Date): Promise<void>;
  abstract has(jti: string): Promise<boolean>;
}
