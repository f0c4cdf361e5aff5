/** Slow hashing of passwords, a bounded number at a time. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  /** `undefined`: no such user; takes the same time and is false. */
  abstract verify(password: string, stored: string | undefined): Promise<boolean>;
}
