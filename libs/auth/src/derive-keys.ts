import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One key per purpose, so that what is made for one can never be passed off as another. */
export interface DerivedKeys {
  /** Signs session tokens. */
  readonly jwt: KeyObject;
  /** Seals code that goes out to the editor and comes back. */
  readonly seal: KeyObject;
  /** Encrypts secrets at rest. */
  readonly secretBox: KeyObject;
  /** Signs the state that goes to an OAuth provider and comes back. */
  readonly oauthState: KeyObject;
  /** Signs the tokens with which workers report on one attempt. */
  readonly runToken: KeyObject;
}

const KEY_BYTES = 32;
const SALT = 'runnel';

/** The keys of an installation from its `RUNNEL_SECRET` (HKDF-SHA256, RFC 5869; 32 bytes each). Deterministic. */
export function deriveKeys(secret: string): DerivedKeys {
  const key = (purpose: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, SALT, `runnel/v1/${purpose}`, KEY_BYTES)),
    );
  return {
    jwt: key('jwt'),
    seal: key('seal'),
    secretBox: key('secret-box'),
    oauthState: key('oauth-state'),
    runToken: key('run-token'),
  };
}
