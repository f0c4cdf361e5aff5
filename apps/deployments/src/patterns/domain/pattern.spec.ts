import { changePattern, type Pattern } from './pattern';

const THEN = new Date('2026-03-05T12:00:00.000Z');
const PATTERN: Pattern = {
  id: 'pat_1',
  project: 'prj_1',
  ownerId: 'usr_1',
  name: 'Orders',
  description: 'old',
  isPublic: true,
  isTemplate: true,
  tags: ['a'],
  graphData: { nodes: [] },
  versionNumber: 3,
  createdAt: THEN,
  updatedAt: THEN,
};
const later = (ms: number): Date => new Date(THEN.getTime() + ms);

describe(changePattern, () => {
  it('leaves alone what is not named', () => {
    expect(changePattern(PATTERN, {}, later(50), undefined)).toEqual({
      ...PATTERN,
      updatedAt: later(50),
    });
  });

  it('takes false, empty and null for values', () => {
    const changes = { description: null, isPublic: false, isTemplate: false, tags: [] };
    expect(changePattern(PATTERN, changes, later(50), undefined)).toMatchObject(changes);
  });

  it('moves the time on, even when the clock stands still or goes back', () => {
    expect(changePattern(PATTERN, {}, THEN, undefined).updatedAt).toEqual(later(1));
    expect(changePattern(PATTERN, {}, later(-5_000), undefined).updatedAt).toEqual(later(1));
  });

  it('accepts a change of what the client has seen, and no other', () => {
    expect(changePattern(PATTERN, { name: 'n' }, later(50), new Date(THEN)).name).toBe('n');
    expect(() => changePattern(PATTERN, { name: 'n' }, later(50), later(-1))).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }) as Error,
    );
  });
});
