import type { Credential } from './connection';
import { invalid, MAX_CREDENTIAL_CHARS, MAX_FIELDS } from './connection';

/** A shorter text cannot be masked without tearing innocent ones. */
const MIN_KEY_CHARS = 4;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** @throws InvalidInputError VALIDATION that names the field, never what is in it */
export function assertCredential(credential: Credential): void {
  if (credential.kind === 'api_key') assertKey('apiKey', credential.apiKey);
  if (credential.kind !== 'multi_field') return;
  const entries = Object.entries(credential.fields);
  if (entries.length === 0 || entries.length > MAX_FIELDS) {
    throw invalid('fields', `must have 1 to ${MAX_FIELDS} entries`);
  }
  for (const [name, value] of entries) {
    if (!FIELD_NAME.test(name) || FORBIDDEN_NAMES.has(name)) {
      throw invalid(
        'fields',
        'must have names of letters, digits, _ and -, beginning with a letter',
      );
    }
    if (value === '') throw invalid(`fields.${name}`, 'must not be empty');
    if (value.length > MAX_CREDENTIAL_CHARS) {
      throw invalid(`fields.${name}`, `must have at most ${MAX_CREDENTIAL_CHARS} characters`);
    }
  }
}

function assertKey(field: string, key: string): void {
  if (key.length > MAX_CREDENTIAL_CHARS) {
    throw invalid(field, `must have at most ${MAX_CREDENTIAL_CHARS} characters`);
  }
  if (key.trim().length >= MIN_KEY_CHARS) return;
  throw invalid(
    field,
    `must have at least ${MIN_KEY_CHARS} characters: a shorter one cannot be masked`,
  );
}
