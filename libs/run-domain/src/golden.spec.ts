import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from './commit';
import { decodeCommit } from './decode-commit';
import { foldRun } from './fold-run';
import { foldJournal } from './journal';
import { RUN_EVENT_TYPES, SCHEMA_VERSIONS } from './schema-versions';
import { UPCASTS } from './upcast/upcast';
import { validateCommit } from './validate-commit';

/**
 * Events and histories as they were when their schema was born. The files are never edited: a change here
 * that breaks one of them would break runs that people have.
 */
const GOLDEN = join(__dirname, '../test/golden');

interface History {
  readonly what: string;
  readonly commits: readonly unknown[];
  readonly expected: { readonly state: unknown; readonly journal: unknown };
}

const read = <T>(folder: string, file: string): T =>
  JSON.parse(readFileSync(join(GOLDEN, folder, file), 'utf8')) as T;
const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const commitOf = (event: unknown): unknown => ({
  commandId: 'cmd_1',
  project: 'prj_1',
  actor: { kind: 'service', id: 'executor' },
  at: '2026-01-05T12:00:00.000Z',
  events: [event],
});
const events = readdirSync(join(GOLDEN, 'events'));
const histories = readdirSync(join(GOLDEN, 'histories'));

describe('golden events', () => {
  it('hold one file for every type and schema there ever was', () => {
    const expected = RUN_EVENT_TYPES.flatMap((type) =>
      Array.from({ length: SCHEMA_VERSIONS[type] }, (_, n) => `${type}.${n + 1}.json`),
    );
    expect([...events].sort()).toEqual([...expected].sort());
  });

  it.each(events)('%s decodes to a valid event of today', (file) => {
    const commit = validateCommit(commitOf(read('events', file)));
    const [type, schema] = file.split('.');
    expect(read('events', file)).toMatchObject({ type, schema: Number(schema) });
    expect(commit.events).toHaveLength(1);
  });

  it('have an upcaster for every step between schemas', () => {
    for (const type of RUN_EVENT_TYPES) {
      expect([type, (UPCASTS[type] ?? []).length]).toEqual([type, SCHEMA_VERSIONS[type] - 1]);
    }
  });
});

describe('golden histories', () => {
  it.each(histories)('%s folds to the state and the journal it had', (file) => {
    const { commits, expected } = read<History>('histories', file);
    const decoded: readonly Commit[] = commits.map((commit) => decodeCommit(commit));
    expect(asStored(foldRun(decoded))).toEqual(expected.state);
    expect(asStored(foldJournal(decoded))).toEqual(expected.journal);
  });

  it('tell of every event type at least once', () => {
    const told = histories.flatMap((file) =>
      read<History>('histories', file).commits.flatMap((commit) =>
        decodeCommit(commit).events.map(({ type }) => type),
      ),
    );
    expect(RUN_EVENT_TYPES.filter((type) => !told.includes(type))).toEqual([]);
  });
});
