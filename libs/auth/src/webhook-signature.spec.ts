import { createHmac } from 'node:crypto';

import { type SignedRequest, signWebhook, verifyWebhookSignature } from './webhook-signature';

const SECRET = 'ab'.repeat(32);
const BODY = Buffer.from('{"order":1}');
const NOW = new Date('2026-03-05T12:00:00.000Z');
const TS = String(NOW.getTime() / 1_000);
const SIGNATURE = createHmac('sha256', SECRET).update(BODY).digest('hex');

const judge = (request: Partial<SignedRequest>) =>
  verifyWebhookSignature({
    secret: SECRET,
    rawBody: BODY,
    now: NOW,
    requireTimestamp: false,
    mode: 'required',
    ...request,
  });
const at = (seconds: number): string => String(Number(TS) + seconds);

describe(verifyWebhookSignature, () => {
  it.each([
    ['in lower case', { header: SIGNATURE }],
    ['in upper case', { header: SIGNATURE.toUpperCase() }],
    ['with the sha256= prefix', { header: `sha256=${SIGNATURE}` }],
    ['in the header that GitHub sends', { hubHeader: `sha256=${SIGNATURE}` }],
    [
      'of an empty body',
      { rawBody: Buffer.alloc(0), header: signWebhook(SECRET, Buffer.alloc(0)) },
    ],
  ])('accepts a signature %s', (_, request) => {
    expect(judge(request)).toEqual({ ok: true });
  });

  it.each([
    [
      'one digit is wrong',
      { header: SIGNATURE.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ],
    ['another secret was used', { header: signWebhook('cd'.repeat(32), BODY) }],
    [
      'the secret was decoded from hex',
      {
        header: createHmac('sha256', Buffer.from(SECRET, 'hex')).update(BODY).digest('hex'),
      },
    ],
    ['the body was changed', { header: SIGNATURE, rawBody: Buffer.from('{"order":2}') }],
    ['it is cut short', { header: SIGNATURE.slice(0, 62) }],
    ['it is not hex', { header: 'z'.repeat(64) }],
    ['two are given', { header: `${SIGNATURE}, ${SIGNATURE}` }],
    ['it is of another algorithm', { header: `sha1=${SIGNATURE}` }],
    ['a timestamp was added that it does not cover', { header: SIGNATURE, timestampHeader: TS }],
    [
      'our header is wrong and the GitHub header right',
      {
        header: 'f'.repeat(64),
        hubHeader: `sha256=${SIGNATURE}`,
      },
    ],
  ])('refuses the request when %s', (_, request) => {
    expect(judge(request)).toEqual({ ok: false, code: 'INVALID_SIGNATURE' });
  });

  it('asks for a signature when there is none', () => {
    const missing = { ok: false, code: 'MISSING_SIGNATURE' };
    expect(judge({})).toEqual(missing);
    expect(judge({ header: '' })).toEqual(missing);
    expect(judge({ timestampHeader: TS })).toEqual(missing);
  });

  it('lets an unsigned request through where a signature is optional, but not a wrong one', () => {
    expect(judge({ mode: 'optional' })).toEqual({ ok: true });
    expect(judge({ mode: 'optional', header: 'f'.repeat(64) })).toMatchObject({
      code: 'INVALID_SIGNATURE',
    });
  });

  it('checks nothing in mode none', () => {
    expect(judge({ mode: 'none', header: 'nonsense' })).toEqual({ ok: true });
  });

  it.each([-300, 0, 300])('accepts a signed timestamp %d seconds off', (seconds) => {
    const timestampHeader = at(seconds);
    const header = signWebhook(SECRET, BODY, timestampHeader);
    expect(judge({ header, timestampHeader, requireTimestamp: true })).toEqual({
      ok: true,
      replayKey: `${timestampHeader}:${header}`,
    });
  });

  it('gives the same replay key however the signature is written', () => {
    const header = signWebhook(SECRET, BODY, TS);
    const spellings = [header, header.toUpperCase(), `sha256=${header}`];
    const keys = spellings.map((spelling) => judge({ header: spelling, timestampHeader: TS }));
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(1);
  });

  it.each([at(-301), at(301), '', 'soon', '-5', '1e9', '9'.repeat(20)])(
    'refuses the signed timestamp %p',
    (timestampHeader) => {
      const header = signWebhook(SECRET, BODY, timestampHeader);
      expect(judge({ header, timestampHeader })).toEqual({
        ok: false,
        code: 'TIMESTAMP_OUT_OF_RANGE',
      });
    },
  );

  it('refuses a request without a timestamp where one is required', () => {
    const refused = { ok: false, code: 'TIMESTAMP_OUT_OF_RANGE' };
    expect(judge({ header: SIGNATURE, requireTimestamp: true })).toEqual(refused);
    expect(judge({ hubHeader: SIGNATURE, requireTimestamp: true })).toEqual(refused);
  });
});
