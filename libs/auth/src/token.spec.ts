import { createHmac, generateKeyPairSync } from 'node:crypto';

import { sign } from 'jsonwebtoken';

import { deriveKeys } from './derive-keys';
import { signToken, verifyToken } from './token';

const { jwt, runToken } = deriveKeys('a secret of at least thirty-two characters');
const NOW = new Date('2026-03-05T12:00:00.000Z');
const SUBJECT = { sub: 'usr_1', project: 'prj_1', role: 'editor' } as const;

const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const refusal = expect.objectContaining({ code: 'UNAUTHORIZED', kind: 'domain' }) as Error;

describe(verifyToken, () => {
  it('returns what was signed, with an hour to live and an id of its own', () => {
    const first = signToken(jwt, SUBJECT, NOW);
    const second = signToken(jwt, SUBJECT, NOW);
    const claims = verifyToken(jwt, first.token, later(3_599));
    expect(claims).toEqual(first.claims);
    expect(claims).toMatchObject({ ...SUBJECT, iat: NOW.getTime() / 1_000 });
    expect(claims.exp - claims.iat).toBe(3_600);
    expect(second.claims.jti).not.toBe(first.claims.jti);
  });

  it('refuses a token from the second in which it expires', () => {
    const { token } = signToken(jwt, SUBJECT, NOW);
    expect(() => verifyToken(jwt, token, later(3_600))).toThrow(refusal);
  });

  it('accepts an expired token for a refresh during seven days and no longer', () => {
    const { token } = signToken(jwt, SUBJECT, NOW);
    const end = 3_600 + 7 * 86_400;
    expect(verifyToken(jwt, token, later(end - 1), { acceptExpired: true }).sub).toBe('usr_1');
    expect(() => verifyToken(jwt, token, later(end), { acceptExpired: true })).toThrow(refusal);
  });

  it('refuses a token signed with another key of ours', () => {
    const { token } = signToken(runToken, SUBJECT, NOW);
    expect(() => verifyToken(jwt, token, NOW)).toThrow(refusal);
  });

  const claims = {
    ...SUBJECT,
    iat: NOW.getTime() / 1_000,
    exp: NOW.getTime() / 1_000 + 60,
    jti: 'j',
  };
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  it.each([
    ['without an algorithm', unsigned],
    ['of another HMAC strength', sign(claims, jwt, { algorithm: 'HS512' })],
    ['signed with a public-key algorithm', sign(claims, privateKey, { algorithm: 'RS256' })],
    ['without a role we know', sign({ ...claims, role: 'owner' }, jwt)],
    ['without a project', sign({ ...claims, project: '' }, jwt)],
    ['without an end', sign({ sub: 'u', project: 'p', role: 'admin', jti: 'j' }, jwt)],
    ['that is not a token', 'a.b.c'],
    ['that is empty', ''],
    ['that is endless', 'a'.repeat(5_000)],
  ])('refuses a token %s', (_, token) => {
    expect(() => verifyToken(jwt, token, NOW)).toThrow(refusal);
  });

  it('refuses a token whose claims were exchanged', () => {
    const { token } = signToken(jwt, SUBJECT, NOW);
    const [head, , signature] = token.split('.');
    const forged = `${head}.${encode({ ...claims, role: 'admin' })}.${signature}`;
    expect(() => verifyToken(jwt, forged, NOW)).toThrow(refusal);
  });
});

const textsOf = (letter: string): string[] => {
  const { jwt, seal, secretBox, runToken } = deriveKeys(letter.repeat(32));
  return [jwt, seal, secretBox, runToken].map((key) => key.export().toString('hex'));
};

describe(deriveKeys, () => {
  it('gives four different keys, the same ones for the same secret', () => {
    const texts = textsOf('x');
    const again = textsOf('x');
    const other = textsOf('y');
    expect(new Set([...texts, ...other]).size).toBe(8);
    expect(again).toEqual(texts);
  });

  it('never shows a key when printed', () => {
    const keys = deriveKeys('x'.repeat(32));
    const hex = keys.jwt.export().toString('hex');
    expect(JSON.stringify(keys)).not.toContain(hex);
    expect(createHmac('sha256', keys.jwt).update('').digest('hex')).toHaveLength(64);
  });
});
