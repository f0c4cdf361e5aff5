import { aRequest, at } from '../test/fixtures';
import { refusalOf } from '../test/scenario';
import { commitOf } from './commit-of';
import { decodeCommit } from './decode-commit';
import { SCHEMA_VERSIONS } from './schema-versions';

const commit = () =>
  commitOf({
    commandId: 'cmd_1',
    project: 'prj_1',
    actor: { kind: 'service', id: 'gateway' },
    at: at(0),
    events: [
      { type: 'RunRequested', data: aRequest() },
      { type: 'RunCanceled', data: { reason: 'no' } },
    ],
  });
const json = (change: (commit: Record<string, unknown>) => void = () => undefined): unknown => {
  const copy = JSON.parse(JSON.stringify(commit())) as Record<string, unknown>;
  change(copy);
  return copy;
};
const firstEvent = (commit: Record<string, unknown>): Record<string, unknown> =>
  (commit['events'] as Record<string, unknown>[])[0] ?? {};

describe(commitOf, () => {
  it('numbers the events of a command and names their schemas', () => {
    expect(commit().events.map(({ id, schema }) => [id, schema])).toEqual([
      ['cmd_1.0', 1],
      ['cmd_1.1', 1],
    ]);
  });
});

describe(decodeCommit, () => {
  it('gives back what was encoded, without copying it', () => {
    const stored = json();
    expect(decodeCommit(stored)).toBe(stored);
    expect(decodeCommit(stored)).toEqual(commit());
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['text', 'commit'],
    ['no command id', json((c) => delete c['commandId'])],
    ['an empty project', json((c) => (c['project'] = ''))],
    ['an actor of no kind we know', json((c) => (c['actor'] = { kind: 'root', id: 'x' }))],
    ['no actor', json((c) => (c['actor'] = null))],
    ['a time without milliseconds', json((c) => (c['at'] = '2026-01-05T12:00:00Z'))],
    ['a time that is none', json((c) => (c['at'] = '2026-13-05T12:00:00.000Z'))],
    ['no events', json((c) => (c['events'] = []))],
    ['events that are no list', json((c) => (c['events'] = { length: 1 }))],
    ['an event without an id', json((c) => delete firstEvent(c)['id'])],
    ['an event without data', json((c) => (firstEvent(c)['data'] = null))],
    ['a type that is not known', json((c) => (firstEvent(c)['type'] = 'RunExploded'))],
    ['a type named like a prototype', json((c) => (firstEvent(c)['type'] = 'constructor'))],
    ['a type that is a prototype', json((c) => (firstEvent(c)['type'] = '__proto__'))],
    ['a newer schema', json((c) => (firstEvent(c)['schema'] = 2))],
    ['schema zero', json((c) => (firstEvent(c)['schema'] = 0))],
    ['a schema that is text', json((c) => (firstEvent(c)['schema'] = '1'))],
    ['an envelope that sets a prototype', JSON.parse('{"__proto__":{"commandId":"c"}}')],
    [
      'data that sets a prototype',
      json(
        (c) => (firstEvent(c)['data'] = JSON.parse('{"__proto__":{"kind":"graph"}}') as unknown),
      ),
    ],
  ])('refuses %s', (_what, stored) => {
    expect(refusalOf(() => decodeCommit(stored)).code).toBe('EVENT_UNDECODABLE');
  });

  it('lets a payload hold any key, since users send what they like', () => {
    const hostile = JSON.parse('{"inline":{"__proto__":1,"constructor":2}}') as unknown;
    const stored = json(
      (c) => ((firstEvent(c)['data'] as Record<string, unknown>)['payload'] = hostile),
    );
    expect(decodeCommit(stored).events[0]?.data).toMatchObject({ payload: hostile });
  });

  describe('with events of older schemas', () => {
    const codec = {
      versions: { ...SCHEMA_VERSIONS, RunCanceled: 3 },
      upcasts: {
        RunCanceled: [
          (data: Readonly<Record<string, unknown>>) => ({ why: data['reason'] }),
          (data: Readonly<Record<string, unknown>>) => ({ reason: data['why'], cascade: false }),
        ],
      },
    };

    it('brings them to today, step by step, and leaves the others as they are', () => {
      const stored = json();
      const decoded = decodeCommit(stored, codec);
      expect(decoded.events[1]).toEqual({
        id: 'cmd_1.1',
        type: 'RunCanceled',
        schema: 3,
        data: { reason: 'no', cascade: false },
      });
      expect(decoded.events[0]).toBe((stored as { events: unknown[] }).events[0]);
      expect(stored).toEqual(json());
    });

    it('begins at the schema that was stored', () => {
      const stored = json((c) => {
        const event = (c['events'] as Record<string, unknown>[])[1] ?? {};
        event['schema'] = 2;
        event['data'] = { why: 'second' };
      });
      expect(decodeCommit(stored, codec).events[1]?.data).toMatchObject({ reason: 'second' });
    });

    it('refuses a gap in the chain rather than guess', () => {
      const broken = { ...codec, upcasts: { RunCanceled: codec.upcasts.RunCanceled.slice(0, 1) } };
      expect(() => decodeCommit(json(), broken)).toThrow(/no upcaster from schema 1/);
    });
  });
});
