import { debianMirror } from './debian-package';

describe(debianMirror, () => {
  it('finds the mirror in a deb822 file', () => {
    const sources = `
Types: deb
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
`;
    expect(debianMirror(sources)).toBe('http://mirror.example.org/debian');
  });

  it('finds the mirror in a one-line file, whatever options it has', () => {
    const sources = `
# deb http://old.example.org/debian bookworm main
deb https://packages.example.org/apt tool main
deb [arch=amd64 signed-by=/x.gpg] https://mirror.example.org/debian/ trixie main
`;
    expect(debianMirror(sources)).toBe('https://mirror.example.org/debian/');
  });

  it.each([
    ['the security archive', 'URIs: http://deb.example.org/debian-security'],
    ['another distribution', 'deb http://archive.example.org/ubuntu noble main'],
    ['nothing', ''],
  ])('does not take %s for it', (_what, sources) => {
    expect(debianMirror(sources)).toBeUndefined();
  });
});
