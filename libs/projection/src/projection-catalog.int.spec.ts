import { isAppError } from '@runnel/errors';
import { startTestPostgres, type TestPostgres, waitFor } from '@runnel/testing';

import { ProjectionCatalog } from './projection-catalog';
import { ProjectingHarness } from './testing/projecting-harness.contract';
import { SeenProjection } from './testing/seen-projection.contract';

let postgres: TestPostgres;
let harness: ProjectingHarness;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(() => postgres?.stop());

beforeEach(async () => {
  harness = await ProjectingHarness.on(postgres);
});

afterEach(() => harness.stop());

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (failure: unknown) => failure,
  );
  if (isAppError(error)) return error.code;
  throw error;
}

/** Waits until a version is as far as the serving one. */
async function built(version: number): Promise<void> {
  await waitFor(
    async () => {
      const view = (await harness.catalog.list()).find(
        (candidate) => candidate.version === version,
      );
      return view !== undefined && view.reached === view.target;
    },
    { what: `version ${version} to be built` },
  );
}

describe(ProjectionCatalog, () => {
  it('makes the first version once, over several copies that start at once', async () => {
    const copies = [1, 2, 3].map(() => harness.catalog.ensure());
    expect((await Promise.all(copies)).flat()).toEqual([]);
    const fresh = new ProjectionCatalog(harness.database, 'models', [new SeenProjection('other')]);
    // `other` has the same tables, whose first version exists already.
    await expect(fresh.ensure()).rejects.toThrow('already exists');
    expect((await harness.catalog.list()).map(({ name, version }) => `${name} ${version}`)).toEqual(
      ['seen 1'],
    );
  });

  it('builds a version beside the one that serves, which does not stand still meanwhile', async () => {
    await harness.append(20);
    harness.start();
    await harness.settled();
    await harness.database.rows(`UPDATE models.seen SET run_id = 'wrong'`);

    let isReplaying = true;
    harness.seen.before = async (entries) => {
      const isOld = (entries[0]?.position.seq ?? 0) < 5;
      if (isOld && isReplaying)
        await waitFor(() => !isReplaying, { what: 'the replay to be let go' });
    };
    expect(await harness.catalog.rebuild('seen')).toBe(2);
    await harness.append(5);
    expect(await harness.settled()).toEqual({ rows: 50, counted: 50 });
    isReplaying = false;
    await built(2);

    const wrong = `SELECT count(*)::int AS n FROM models.seen WHERE run_id = 'wrong'`;
    expect(await harness.database.rows(wrong)).toEqual([{ n: 40 }]);
    expect(await harness.catalog.switchTo('seen', 2)).toBe(1);
    expect(await harness.database.rows(wrong)).toEqual([{ n: 0 }]);
    await harness.append(5);
    expect(await harness.settled()).toEqual({ rows: 60, counted: 60 });
  });

  it('answers every reader during a switch from one version or the other', async () => {
    await harness.append(10);
    harness.start();
    await harness.settled();
    await harness.catalog.rebuild('seen');
    await built(2);
    let reading = true;
    const reader = (async () => {
      let reads = 0;
      for (; reading; reads += 1) expect((await harness.held()).rows).toBe(20);
      return reads;
    })();
    for (const version of [2, 1, 2, 1, 2]) await harness.catalog.switchTo('seen', version);
    reading = false;
    expect(await reader).toBeGreaterThan(0);
  });

  it('keeps the version before up to date, so that switching back loses nothing', async () => {
    await harness.append(10);
    harness.start();
    await harness.settled();
    await harness.catalog.rebuild('seen');
    await built(2);
    await harness.catalog.switchTo('seen', 2);
    await harness.append(10);
    await harness.settled();
    expect(await harness.catalog.previous('seen')).toBe(1);

    await built(1);
    await harness.catalog.switchTo('seen', 1);
    expect(await harness.held()).toEqual({ rows: 40, counted: 40 });
    expect(await harness.catalog.previous('seen')).toBe(2);
  });

  it('removes a version with its tables while everything goes on', async () => {
    await harness.append(10);
    const { complaints } = harness.start();
    await harness.settled();
    await harness.catalog.rebuild('seen');
    await built(2);
    await harness.catalog.switchTo('seen', 2);
    expect(await codeOf(harness.catalog.drop('seen', 2))).toBe('PROJECTION_SERVES');
    await harness.catalog.drop('seen', 1);
    await harness.append(10);
    expect(await harness.settled()).toEqual({ rows: 40, counted: 40 });
    expect(await harness.database.rows(`SELECT to_regclass('models.seen_v1') AS gone`)).toEqual([
      { gone: null },
    ]);
    expect(await harness.catalog.previous('seen')).toBeUndefined();
    expect(complaints).not.toContain('projection held up; the same batch is tried again');
  });

  it('refuses to switch to a version that is far behind, unknown, or of an unknown projection', async () => {
    await harness.append(600);
    harness.start();
    await harness.settled();
    harness.seen.before = () => {
      throw new Error('stays at the start');
    };
    await harness.catalog.rebuild('seen');
    expect(await codeOf(harness.catalog.switchTo('seen', 2))).toBe('PROJECTION_BEHIND');
    expect(await codeOf(harness.catalog.switchTo('seen', 9))).toBe('PROJECTION_VERSION_NOT_FOUND');
    expect(await codeOf(harness.catalog.rebuild('nobody'))).toBe('UNKNOWN_PROJECTION');
    expect(await harness.held()).toEqual({ rows: 1_200, counted: 1_200 });
  });

  it('begins a new version by itself when the shape in the code has changed', async () => {
    const changed = new SeenProjection('seen', 2);
    const catalog = new ProjectionCatalog(harness.database, 'models', [changed]);
    expect(await catalog.ensure()).toEqual(['seen v2']);
    expect(await catalog.ensure()).toEqual([]);
    const states = (await catalog.list()).map(({ version, shape, active }) => [
      version,
      shape,
      active,
    ]);
    expect(states).toEqual([
      [1, 1, true],
      [2, 2, false],
    ]);

    await harness.append(5);
    const copy = harness.start([changed]);
    await waitFor(() => copy.watch.problems().length > 0, { what: 'the unknown shape to be told' });
    expect(copy.watch.problems()[0]).toMatch('projection seen v1: its shape 1 is not known');
    const both = harness.start([changed, harness.seen]);
    await copy.projector.stop();
    await harness.settled();
    await built(2);
    await catalog.switchTo('seen', 2);
    expect(await harness.held()).toEqual({ rows: 10, counted: 10 });
    expect(both.watch.problems()).toEqual([]);
  });

  it('brings over at a switch what the log no longer holds, and lets the log win', async () => {
    const carrying = new (class extends SeenProjection {
      carryOver(from: (table: string) => string, to: (table: string) => string): string[] {
        return [`INSERT INTO ${to('seen')} SELECT * FROM ${from('seen')} ON CONFLICT DO NOTHING`];
      }
    })();
    const catalog = new ProjectionCatalog(harness.database, 'models', [carrying]);
    await harness.append(5);
    harness.start([carrying]);
    await harness.settled();
    await harness.database.rows(`UPDATE models.seen SET run_id = 'wrong'`);
    await harness.database.rows(`INSERT INTO models.seen_v1 VALUES (0, 1000000, 'sealed')`);
    await catalog.rebuild('seen');
    await built(2);
    await catalog.switchTo('seen', 2);
    expect(
      await harness.database.rows(
        `SELECT run_id FROM models.seen WHERE run_id ~ '^(wrong|sealed)$'`,
      ),
    ).toEqual([{ run_id: 'sealed' }]);
  });
});
