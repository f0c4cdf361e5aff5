import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's equivalent of N=2^17 that needs 16 MiB at a time instead of 128. */
const COST: Cost = { n: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** 128·N·r with room to spare; also bounds what a stored hash could make us allocate. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const ENCODED = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

/** Takes as long to check as a real one and belongs to nobody. */
const NOBODY = encode(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** `scrypt$N$r$p$salt$hash` of a password, salted at random; the parameters travel with the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return encode(COST, salt, await derive(password, salt, COST));
}

/**
 * Whether `password` is the one that `stored` was made from. `undefined` (no such user) takes the same time and is false.
 * @throws Error when `stored` is not of our making
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  const { cost, salt, hash } = decode(stored ?? NOBODY);
  const matches = timingSafeEqual(await derive(password, salt, cost), hash);
  return matches && stored !== undefined;
}

function derive(password: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      HASH_BYTES,
      { N: n, r, p, maxmem: MAX_MEMORY_BYTES },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

function encode({ n, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', n, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

function decode(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const [, n, r, p, salt, hash] = ENCODED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('stored password hash is damaged');
  return {
    cost: { n: Number(n), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}
