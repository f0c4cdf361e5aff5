import { assertAuth, authentication, guessedAuth, hostsOfFields } from './authenticate-request';
import type { Auth, Credential } from './connection';

const key: Credential = { kind: 'api_key', apiKey: 'k-123' };
const base64 = (text: string): string => `<${text}>`;
const fieldsOf = (fields: Record<string, string>): Credential => ({ kind: 'multi_field', fields });

describe(authentication, () => {
  it.each<[Auth, Credential, Record<string, string>, string[]]>([
    [{ scheme: 'bearer' }, key, { authorization: 'Bearer k-123' }, ['k-123']],
    [
      { scheme: 'header', header: 'X-API-Key', prefix: 'Key ' },
      key,
      { 'x-api-key': 'Key k-123' },
      ['k-123'],
    ],
    [{ scheme: 'basic' }, key, { authorization: 'Basic <k-123:>' }, ['k-123', '<k-123:>']],
    [
      { scheme: 'basic', usernameField: 'user', passwordField: 'pw' },
      fieldsOf({ user: 'u', pw: 'p' }),
      { authorization: 'Basic <u:p>' },
      ['p', '<u:p>'],
    ],
    [
      { scheme: 'bearer' },
      { kind: 'oauth', accessToken: 'at' },
      { authorization: 'Bearer at' },
      ['at'],
    ],
  ])('%j', (auth, credential, headers, secrets) => {
    expect(authentication({ auth, credential }, base64)).toEqual({ headers, secrets });
  });

  it.each<Auth>([
    { scheme: 'bearer' },
    { scheme: 'bearer', field: 'other' },
    { scheme: 'bearer', field: '__proto__' },
    { scheme: 'basic', usernameField: 'user', passwordField: 'other' },
  ])('refuses fields that are not there: %j', (auth) => {
    expect(() => authentication({ auth, credential: fieldsOf({ user: 'u' }) }, base64)).toThrow(
      'must name fields',
    );
  });
});

describe(guessedAuth, () => {
  it.each<[Credential, Auth]>([
    [key, { scheme: 'bearer' }],
    [fieldsOf({ api_token: 't' }), { scheme: 'bearer', field: 'api_token' }],
    [
      fieldsOf({ Email: 'e', 'api-token': 't', url: 'u' }),
      { scheme: 'basic', usernameField: 'Email', passwordField: 'api-token' },
    ],
  ])('%j', (credential, auth) => {
    expect(guessedAuth(credential)).toEqual(auth);
  });

  it('does not guess which field is a secret', () => {
    expect(() => guessedAuth(fieldsOf({ colour: 'red' }))).toThrow('must say which field');
  });
});

describe(assertAuth, () => {
  it.each(['Host', 'cookie', 'Transfer-Encoding', 'idempotency-key'])(
    'keeps credentials out of the header %s',
    (header) => {
      expect(() => assertAuth({ scheme: 'header', header }, key)).toThrow('cannot use the header');
    },
  );

  it('refuses what could end a header line, without repeating it', () => {
    const split: Credential = { kind: 'api_key', apiKey: 'abc\r\nX-Evil: 1' };
    expect(() => assertAuth({ scheme: 'bearer' }, split)).toThrow(/^((?!Evil).)*line breaks/);
  });
});

describe(hostsOfFields, () => {
  it('is the host of an https address and nothing else', () => {
    expect(hostsOfFields({ base_url: 'https://Acme.example:8443/x' })).toEqual([
      'acme.example:8443',
    ]);
    expect(hostsOfFields({ url: 'http://acme.example' })).toEqual([]);
    expect(hostsOfFields({ url: 'acme' })).toEqual([]);
    expect(hostsOfFields({})).toEqual([]);
  });
});
