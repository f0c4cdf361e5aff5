import { InvalidInputError } from '@runnel/errors';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
}

const MIN_PASSWORD_LENGTH = 8;
/** Bounds the work of hashing. */
const MAX_PASSWORD_LENGTH = 256;
const SPECIAL_CHARACTER = /[^\p{L}\p{N}\s]/u;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)*$/;

/**
 * Whether somebody may register so (contracts/automation.md A.7).
 * @throws InvalidInputError VALIDATION naming the first wrong field
 */
export function checkRegistration({ email, password }: Registration): void {
  if (!EMAIL.test(email)) refuse('email', 'must be an e-mail address');
  if (password.length < MIN_PASSWORD_LENGTH) {
    refuse('password', `must have at least ${MIN_PASSWORD_LENGTH} characters`);
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    refuse('password', `must have at most ${MAX_PASSWORD_LENGTH} characters`);
  }
  if (!SPECIAL_CHARACTER.test(password)) {
    refuse('password', 'must contain at least one special character');
  }
}

/** The form in which e-mail addresses are compared: case does not count. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

function refuse(field: string, message: string): never {
  throw new InvalidInputError('VALIDATION', `${field} ${message}`, { field });
}
