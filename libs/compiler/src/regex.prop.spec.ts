import fc from 'fast-check';
import { guestLibrary } from './testing/guest-library.contract';

const library = guestLibrary();

/** No pairs of code units in the texts: JavaScript finds empty matches within them. */
/** Patterns of the supported kind. What is repeated never matches nothing: there JavaScript's rules are its own. */
const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '[ab]',
  '[^a]',
  '[b-d]',
  '\\d',
  '\\W',
  '\\s',
  '[\\w-]',
  'é',
  '😀',
  '\\u{61}',
  '\\.',
);
const repeat = fc.constantFrom(
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{1,2}',
  '{1,}?',
  '{0,2}',
);
const assertion = fc.constantFrom('^', '$', '\\b', '\\B');
const { pattern } = fc.letrec<{ pattern: string; branch: string; piece: string; solid: string }>(
  (tie) => ({
    pattern: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }).map((list) => list.join('|')),
    branch: fc
      .array(
        fc.oneof({ weight: 6, arbitrary: tie('piece') }, { weight: 1, arbitrary: assertion }),
        { maxLength: 4 },
      )
      .map((list) => list.join('')),
    piece: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(atom, repeat).map(([one, times]) => one + times),
      fc.tuple(tie('solid'), repeat).map(([inner, times]) => `(?:${inner})${times}`),
      tie('pattern').map((inner) => `(${inner})`),
    ),
    /** Takes at least one character. */
    solid: fc
      .array(fc.tuple(atom, tie('piece')), { minLength: 1, maxLength: 2 })
      .map((list) => list.map(([one, rest]) => one + rest).join('|')),
  }),
);
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'A', '1', ' ', '\n', '-', 'é', '.'), {
    maxLength: 12,
  })
  .map((list) => list.join(''));
const flags = fc.subarray(['i', 'm', 's']).map((list) => list.join(''));

describe('the matcher of regular expressions', () => {
  it('finds what the engine of JavaScript finds', () => {
    fc.assert(
      fc.property(pattern, flags, text, (source, flag, value) => {
        const wanted = new RegExp(source, `${flag}u`).exec(value);
        const found = library.regex(source, flag, 'n').match(value, 0);
        expect(found && [found.start, found.groups[0]]).toEqual(
          wanted && [wanted.index, wanted[0]],
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, string, (string | null)[]]>([
    ['^.$', '😀', ['😀']],
    ['[^a]+', 'a😀é', ['😀é']],
    ['\\u{1f600}{2}', 'x😀😀', ['😀😀']],
    ['(a)|(b)', 'b', ['b', null, 'b']],
    ['(a*)(a*)', 'aaa', ['aaa', 'aaa', '']],
    ['(a*?)(a*)', 'aaa', ['aaa', '', 'aaa']],
    ['(a+)+b', 'aaab', ['aaab', 'aaa']],
    ['(\\w+)@(\\w+)', 'to: me@home', ['me@home', 'me', 'home']],
    ['((a)|b)*', 'ab', ['ab', 'b', 'a']],
  ])('keeps the groups of %s', (source, value, groups) => {
    expect(library.regex(source, '', 'n').match(value, 0)?.groups).toEqual(groups);
  });

  it('refuses with an error of its own what it does not support', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20, unit: 'binary' }), (source) => {
        try {
          library.regex(source, '', 'n').match('abc', 0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_PATTERN', nodeId: 'n' });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){12}$', '(\\w*)*\\d$', '^(([a-z])+.)+[A-Z]$'])(
    'takes time in proportion to the text for %s',
    (source) => {
      const regex = library.regex(source, '', 'n');
      const timeOf = (length: number): number => {
        const value = `${'a'.repeat(length)}!`;
        const start = process.cpuUsage();
        expect(regex.match(value, 0)).toBeNull();
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      timeOf(500); // warms up
      // A backtracking engine would need 2^2000 steps. Twenty times as much text may cost a hundred times as much.
      expect(timeOf(10_000)).toBeLessThan(100 * Math.max(timeOf(500), 2_000));
    },
  );
});
