import { aRequest, at } from '../test/fixtures';
import { refusalOf } from '../test/scenario';
import { commitOf } from './commit-of';
import { validateCommit } from './validate-commit';

const json = (request: object): unknown =>
  JSON.parse(
    JSON.stringify(
      commitOf({
        commandId: 'cmd_1',
        project: 'prj_1',
        actor: { kind: 'webhook', id: 'wep_1' },
        at: at(0),
        events: [{ type: 'RunRequested', data: { ...aRequest(), ...request } }],
      }),
    ),
  );

describe(validateCommit, () => {
  it('accepts what decide makes', () => {
    expect(validateCommit(json({})).events).toHaveLength(1);
  });

  it.each([
    ['an unknown field', { surprise: 1 }, 'data: Unrecognized key: "surprise"'],
    ['a priority past 10', { priority: 11 }, 'priority: Too big'],
    ['a kind that is none', { kind: 'spell' }, 'kind: Invalid option'],
    [
      'a time in local form',
      { scheduledAt: '2026-01-05 12:00' },
      'scheduledAt: Invalid ISO datetime',
    ],
    ['a payload that is both', { payload: { inline: 1, claim: {} } }, 'payload: Unrecognized key'],
    ['a tag that is no text', { tags: { n: 1 } }, 'tags.n: Invalid input'],
  ])('refuses %s, and says where', (_what, request, problem) => {
    const { code, details } = refusalOf(() => validateCommit(json(request)));
    expect(code).toBe('INVALID_EVENT');
    expect(details['problems']).toEqual([expect.stringContaining(problem)]);
  });

  it('names at most twenty problems', () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`t${n}`, n]));
    expect(refusalOf(() => validateCommit(json({ tags }))).details['problems']).toHaveLength(20);
  });
});
