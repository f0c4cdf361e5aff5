import { deriveKeys } from './derive-keys';
import { SecretBox } from './secret-box';

const keyOf = (secret: string) => deriveKeys(secret.repeat(32)).secretBox;
const box = new SecretBox(keyOf('a'));
const refusal = expect.objectContaining({ code: 'UNAVAILABLE' }) as Error;

describe(SecretBox, () => {
  it('gives back what was put in, whatever it is', () => {
    for (const secret of ['', 'ab'.repeat(32), 'geheim: ümläut 🔑']) {
      expect(box.decrypt(box.encrypt(secret, 'here'), 'here')).toBe(secret);
    }
  });

  it('hides the secret, differently each time', () => {
    const first = box.encrypt('hunter2', 'here');
    expect(first).not.toContain(Buffer.from('hunter2').toString('base64url'));
    expect(box.encrypt('hunter2', 'here')).not.toBe(first);
  });

  it('does not open a box that was moved to another row', () => {
    expect(() => box.decrypt(box.encrypt('s', 'row 1'), 'row 2')).toThrow(refusal);
  });

  it('does not open a box with any byte changed', () => {
    const [version, key, encoded = ''] = box.encrypt('secret', 'here').split('.');
    const bytes = Buffer.from(encoded, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const forged = [version, key, changed.toString('base64url')].join('.');
      expect(() => box.decrypt(forged, 'here')).toThrow(refusal);
    }
  });

  it.each(['', 'v1', 'v1.00000000.AAAA', 'v2.x.y', 'plain text'])(
    'does not take %p for a box',
    (text) => {
      expect(() => box.decrypt(text, 'here')).toThrow(refusal);
    },
  );

  it('does not open a box cut down to a short tag', () => {
    const [version, key, encoded = ''] = box.encrypt('', 'here').split('.');
    const cut = Buffer.from(encoded, 'base64url').subarray(0, 20).toString('base64url');
    expect(() => box.decrypt([version, key, cut].join('.'), 'here')).toThrow(refusal);
  });

  it('opens boxes of a former key when it is given, and makes new ones with the present key', () => {
    const rotated = new SecretBox(keyOf('b'), [keyOf('a')]);
    const old = box.encrypt('s', 'here');
    expect(rotated.decrypt(old, 'here')).toBe('s');
    expect(() => new SecretBox(keyOf('b')).decrypt(old, 'here')).toThrow(refusal);
    expect(() => box.decrypt(rotated.encrypt('s', 'here'), 'here')).toThrow(refusal);
  });
});
