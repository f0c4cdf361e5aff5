import type { Auth, Connection, Credential } from './connection';
import { invalid, isHeaderText } from './connection';

/** What makes a request an authenticated one. `base64` is given: the domain has no Node. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must not show anywhere. */
  readonly secrets: readonly string[];
}

const PASSWORDS = ['password', 'token', 'apitoken', 'apikey', 'accesstoken', 'secret', 'key'];
const USERS = ['username', 'email', 'user', 'login'];
const ADDRESSES = ['url', 'baseurl', 'host'];
/** Headers of the connection itself, or that mean something else: no credential goes there. */
const NO_CREDENTIAL: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that the credential becomes. @throws InvalidInputError VALIDATION when it cannot become any */
export function authentication(
  { auth, credential }: Pick<Connection, 'auth' | 'credential'>,
  base64: (text: string) => string,
): Authentication {
  switch (auth.scheme) {
    case 'bearer': {
      const key = secretOf(credential, auth.field);
      return { headers: { authorization: `Bearer ${key}` }, secrets: [key] };
    }
    case 'header': {
      const key = secretOf(credential, auth.field);
      return {
        headers: { [auth.header.toLowerCase()]: `${auth.prefix ?? ''}${key}` },
        secrets: [key],
      };
    }
    case 'basic': {
      const [user, password] = basicOf(credential, auth);
      const pair = base64(`${user}:${password}`);
      const secrets = password === '' ? [user, pair] : [password, pair];
      return { headers: { authorization: `Basic ${pair}` }, secrets };
    }
  }
}

/** How a connection's fields are used when nobody says it: user and password if both are there, else the one token. */
export function guessedAuth(credential: Credential): Auth {
  if (credential.kind !== 'multi_field') return { scheme: 'bearer' };
  const passwordField = fieldLike(credential.fields, PASSWORDS);
  const usernameField = fieldLike(credential.fields, USERS);
  if (passwordField === undefined) {
    throw invalid('auth', 'must say which field is the secret, and how it is sent');
  }
  return usernameField === undefined
    ? { scheme: 'bearer', field: passwordField }
    : { scheme: 'basic', usernameField, passwordField };
}

/** The host of the address among a connection's fields, if it is an https one. */
export function hostsOfFields(fields: Readonly<Record<string, string>>): readonly string[] {
  const name = fieldLike(fields, ADDRESSES);
  const text = name === undefined ? '' : (fields[name] ?? '');
  if (!/^https:\/\//i.test(text) || !URL.canParse(text)) return [];
  return [new URL(text).host];
}

/** @throws InvalidInputError VALIDATION when `auth` does not fit the credential */
export function assertAuth(auth: Auth, credential: Credential): void {
  if (auth.scheme === 'header' && NO_CREDENTIAL.has(auth.header.toLowerCase())) {
    throw invalid('auth', `cannot use the header ${auth.header.toLowerCase()}`);
  }
  const { headers } = authentication({ auth, credential }, () => '');
  if (Object.values(headers).every(isHeaderText)) return;
  throw invalid('credential', 'must not contain line breaks or characters beyond Latin-1');
}

function secretOf(credential: Credential, field: string | undefined): string {
  switch (credential.kind) {
    case 'api_key':
      return credential.apiKey;
    case 'oauth':
      return credential.accessToken;
    case 'multi_field':
      return fieldOf(credential.fields, field);
  }
}

/** A key alone is the user name, with an empty password. */
function basicOf(credential: Credential, auth: Extract<Auth, { scheme: 'basic' }>) {
  if (credential.kind !== 'multi_field') return [secretOf(credential, undefined), ''] as const;
  const { fields } = credential;
  const password = auth.passwordField === undefined ? '' : fieldOf(fields, auth.passwordField);
  return [fieldOf(fields, auth.usernameField), password] as const;
}

function fieldOf(fields: Readonly<Record<string, string>>, name: string | undefined): string {
  const value = name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) throw invalid('auth', 'must name fields that the connection has');
  return value;
}

function fieldLike(fields: Readonly<Record<string, string>>, names: readonly string[]) {
  const held = Object.keys(fields);
  for (const name of names) {
    const found = held.find((field) => field.toLowerCase().replace(/[_-]/g, '') === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
