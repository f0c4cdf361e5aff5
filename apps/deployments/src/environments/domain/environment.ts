import { DomainError, InvalidInputError } from '@runnel/errors';

export interface Environment {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly isDefault: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Name of the environment that every project has. */
export const DEFAULT_NAME = 'production';
export const MAX_ENVIRONMENTS = 50;
export const MAX_VARIABLES = 100;
export const MAX_VARIABLE_CHARS = 4_096;
/** All names and values of an environment's variables together: they are told to each run that asks. */
export const MAX_VARIABLES_CHARS = 65_536;
export const MAX_SECRETS = 100;
export const MAX_SECRET_CHARS = 8_192;
/** All values of an environment's secrets together: each text a run says is searched for them. */
export const MAX_SECRETS_CHARS = 32_768;
/** A shorter text cannot be masked without tearing innocent ones. */
export const MIN_SECRET_CHARS = 4;

/** How names of variables and secrets look: those of an environment of a process. */
export const VALUE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws InvalidInputError VALIDATION */
export function assertValueName(name: string): void {
  if (VALUE_NAME.test(name) && !FORBIDDEN_NAMES.has(name)) return;
  const message = 'name must have 1 to 128 letters, digits and _, and not begin with a digit';
  throw new InvalidInputError('VALIDATION', message, { field: 'name' });
}

/** @throws InvalidInputError VALIDATION for a bad name; DomainError LIMIT_EXCEEDED for too many or too large ones */
export function assertVariables(variables: Readonly<Record<string, string>>): void {
  const entries = Object.entries(variables);
  for (const [name, value] of entries) {
    assertValueName(name);
    if (value.length > MAX_VARIABLE_CHARS) throw tooLong('value', MAX_VARIABLE_CHARS);
    if (value.includes('\0')) throw invalid('value', 'must not contain NUL characters');
  }
  if (entries.length > MAX_VARIABLES) {
    throw limitExceeded(`an environment can have ${MAX_VARIABLES} variables`);
  }
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > MAX_VARIABLES_CHARS) {
    throw limitExceeded(
      `the variables of an environment can have ${MAX_VARIABLES_CHARS} characters together`,
    );
  }
}

/** @throws InvalidInputError VALIDATION for a value that cannot be stored, or not be masked */
export function assertSecretValue(value: string, field = 'value'): void {
  if (value.length > MAX_SECRET_CHARS) throw tooLong(field, MAX_SECRET_CHARS);
  if (value.trim().length < MIN_SECRET_CHARS) {
    throw invalid(
      field,
      `must have at least ${MIN_SECRET_CHARS} characters: a shorter text cannot be masked; use a variable for what is no secret`,
    );
  }
  if (value.includes('\0')) throw invalid(field, 'must not contain NUL characters');
}

/** Missing, or of another project: the same words for both. */
export function environmentNotFound(): DomainError {
  return new DomainError('ENVIRONMENT_NOT_FOUND', 'Environment not found');
}

export function limitExceeded(message: string): DomainError {
  return new DomainError('LIMIT_EXCEEDED', message);
}

function tooLong(field: string, characters: number): InvalidInputError {
  return invalid(field, `must have at most ${characters} characters`);
}

function invalid(field: string, why: string): InvalidInputError {
  return new InvalidInputError('VALIDATION', `${field} ${why}`, { field });
}
