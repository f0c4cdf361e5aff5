import { checkRegistration, emailKey } from './registration';

const wish = (changes: object = {}) => ({
  email: 'ada@example.com',
  password: 'correct-horse',
  firstName: 'Ada',
  lastName: 'Lovelace',
  ...changes,
});

describe(checkRegistration, () => {
  it.each([
    { email: 'a@b' },
    { email: 'admin@runnel.local' },
    { email: "o'neil+tag@sub.example.co.uk" },
    { password: '1234567!' },
    { password: 'pässwört€' },
    { password: 'emoji 🔑 ok' },
  ])('accepts %p', (changes) => {
    expect(() => checkRegistration(wish(changes))).not.toThrow();
  });

  it.each([
    { email: 'a' },
    { email: '@b' },
    { email: 'a@' },
    { email: 'a@b@c' },
    { email: 'a b@c' },
    { email: 'a@.b' },
    { email: 'a@b.' },
    { email: 'a@b..c' },
    { password: 'short-1' },
    { password: 'onlyletters1' },
    { password: 'letters and spaces' },
    { password: 'ümläutsonly' },
  ])('refuses %p', (changes) => {
    const [field] = Object.keys(changes);
    expect(() => checkRegistration(wish(changes))).toThrow(
      expect.objectContaining({ code: 'VALIDATION', details: { field } }) as Error,
    );
  });
});

describe(emailKey, () => {
  it('is the same for spellings that mean the same mailbox', () => {
    expect(emailKey(' ADA@Example.COM ')).toBe('ada@example.com');
    expect(emailKey('caf\u00e9@x')).toBe(emailKey('cafe\u0301@x'));
  });
});
