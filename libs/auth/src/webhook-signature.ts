import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a sender's clock may be off (contracts/automation.md A.9). */
const TOLERANCE_SECONDS = 300;
const SIGNATURE = /^(?:sha256=)?([0-9a-fA-F]{64})$/;
const UNIX_SECONDS = /^\d{1,12}$/;

export interface SignedRequest {
  /** The endpoint's secret as shown; its ASCII bytes are the key. */
  readonly secret: string;
  /** The bytes as received; empty for a request without a body. */
  readonly rawBody: Uint8Array;
  /** `X-Webhook-Signature`. */
  readonly header?: string | undefined;
  /** `X-Hub-Signature-256`; looked at when the header above is absent. */
  readonly hubHeader?: string | undefined;
  /** `X-Webhook-Timestamp`, unix seconds; when present, the signed text is `<timestamp>.<body>`. */
  readonly timestampHeader?: string | undefined;
  readonly now: Date;
  readonly requireTimestamp: boolean;
  /** `none` checks nothing; `optional` checks a signature that is there. */
  readonly mode: 'required' | 'optional' | 'none';
}

export type SignatureVerdict =
  | {
      readonly ok: true;
      /** The same value twice at one endpoint is a replay. Present when the request carries a signed timestamp. */
      readonly replayKey?: string;
    }
  | {
      readonly ok: false;
      readonly code: 'MISSING_SIGNATURE' | 'INVALID_SIGNATURE' | 'TIMESTAMP_OUT_OF_RANGE';
    };

/** Judges a webhook request by contracts/automation.md A.9, in constant time. Throws nothing. */
export function verifyWebhookSignature(request: SignedRequest): SignatureVerdict {
  if (request.mode === 'none') return { ok: true };
  const given = request.header ?? request.hubHeader;
  if (given === undefined || given === '') {
    return request.mode === 'optional' ? { ok: true } : { ok: false, code: 'MISSING_SIGNATURE' };
  }
  const signature = SIGNATURE.exec(given)?.[1];
  if (signature === undefined || !isSignedBy(request, signature)) {
    return { ok: false, code: 'INVALID_SIGNATURE' };
  }
  return judgeTimestamp(request, signature);
}

/** The hex signature of a body, and of a timestamp if one is given: what a sender puts in the header. */
export function signWebhook(secret: string, rawBody: Uint8Array, timestamp?: string): string {
  return digest(secret, rawBody, timestamp).toString('hex');
}

function isSignedBy(
  { secret, rawBody, timestampHeader }: SignedRequest,
  signature: string,
): boolean {
  return timingSafeEqual(Buffer.from(signature, 'hex'), digest(secret, rawBody, timestampHeader));
}

function digest(secret: string, rawBody: Uint8Array, timestamp: string | undefined): Buffer {
  const hmac = createHmac('sha256', secret);
  if (timestamp !== undefined) hmac.update(`${timestamp}.`);
  return hmac.update(rawBody).digest();
}

function judgeTimestamp(
  { timestampHeader, now, requireTimestamp }: SignedRequest,
  signature: string,
): SignatureVerdict {
  if (timestampHeader === undefined) {
    return requireTimestamp ? { ok: false, code: 'TIMESTAMP_OUT_OF_RANGE' } : { ok: true };
  }
  const offBy = Math.abs(now.getTime() / 1_000 - Number(timestampHeader));
  if (!UNIX_SECONDS.test(timestampHeader) || offBy > TOLERANCE_SECONDS) {
    return { ok: false, code: 'TIMESTAMP_OUT_OF_RANGE' };
  }
  return { ok: true, replayKey: `${timestampHeader}:${signature.toLowerCase()}` };
}
