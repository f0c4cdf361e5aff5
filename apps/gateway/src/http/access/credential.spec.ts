import { newApiKey } from '@runnel/auth';

import { credentialOf } from './credential';

const { key } = newApiKey();
const token = 'eyJhbGciOiJIUzI1NiJ9.e30.signature';

describe(credentialOf, () => {
  it('finds a session token or an API key in the Authorization header', () => {
    expect(credentialOf({ authorization: `Bearer ${token}` })).toEqual({
      kind: 'token',
      token,
      from: 'header',
    });
    expect(credentialOf({ authorization: `bearer  ${key}` })).toEqual({ kind: 'api_key', key });
  });

  it('finds an API key in its own header and a session in its cookie', () => {
    expect(credentialOf({ 'x-api-key': key })).toEqual({ kind: 'api_key', key });
    expect(credentialOf({ cookie: `other=1; runnel_session=${token}; x=y` })).toEqual({
      kind: 'token',
      token,
      from: 'cookie',
    });
  });

  it('prefers the Authorization header, then the key, then the cookie', () => {
    const cookie = `runnel_session=${token}`;
    expect(credentialOf({ authorization: `Bearer ${key}`, cookie })).toMatchObject({ key });
    expect(credentialOf({ 'x-api-key': key, cookie })).toMatchObject({ key });
  });

  it.each([
    'Basic dXNlcjpwYXNz',
    'Bearer',
    'Bearer a b',
    'Bearer \u00e9',
    `Bearer ${'a'.repeat(5_000)}`,
    token,
  ])('takes nothing else for a credential, and does not look further: %j', (authorization) => {
    expect(credentialOf({ authorization, cookie: `runnel_session=${token}` })).toBeUndefined();
  });

  it.each([undefined, '', 'runnel_session', 'runnel_session=', 'xrunnel_session=a', '=;;='])(
    'finds no session in the cookie %j',
    (cookie) => {
      expect(credentialOf({ ...(cookie !== undefined && { cookie }) })).toBeUndefined();
    },
  );
});
