import {
  createCipheriv,
  createDecipheriv,
  createHash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

import { UnavailableError } from '@runnel/errors';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets at rest: AES-256-GCM, a random nonce each, bound to the place they are stored in. A box is
 * `v1.<key id>.<base64url of nonce, tag, ciphertext>`; keys that were in use before can still open theirs.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly keyId: string;

  constructor(
    private readonly key: KeyObject,
    previous: readonly KeyObject[] = [],
  ) {
    this.keyId = idOf(key);
    this.keys = new Map([...previous, key].map((known) => [idOf(known), known]));
  }

  /** Encrypts `secret`. `place` (table, row id) is authenticated: a box moved elsewhere does not open. */
  encrypt(secret: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    cipher.setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const bytes = Buffer.concat([iv, cipher.getAuthTag(), text]);
    return `v1.${this.keyId}.${bytes.toString('base64url')}`;
  }

  /**
   * The secret in a box made for the same place.
   * @throws UnavailableError when the key is unknown, or the box was moved or changed
   */
  decrypt(box: string, place: string): string {
    const [version, keyId = '', encoded = ''] = box.split('.');
    const key = this.keys.get(keyId);
    const bytes = Buffer.from(encoded, 'base64url');
    if (version !== 'v1' || !key || bytes.length < IV_BYTES + TAG_BYTES) throw unreadable();
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw unreadable(cause);
    }
  }
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update('runnel/key-id/')
    .update(key.export())
    .digest('hex')
    .slice(0, 8);
}

function unreadable(cause?: unknown): UnavailableError {
  return new UnavailableError(
    'secrets',
    'a stored secret cannot be decrypted; was RUNNEL_SECRET changed?',
    { cause },
  );
}
