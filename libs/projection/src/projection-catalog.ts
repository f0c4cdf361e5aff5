import type { Database, Statement } from '@runnel/database';
import { DomainError, InvalidInputError } from '@runnel/errors';

import { type Projection, versionTables } from './projection';

/** A version as an operator sees it. */
export interface VersionView {
  readonly name: string;
  readonly version: number;
  readonly shape: number;
  readonly state: 'building' | 'live';
  readonly active: boolean;
  /** Sum of its positions over all shards. */
  readonly reached: number;
  /** The same of the version that serves. */
  readonly target: number;
}

/** Entries by which a version may lag behind the serving one and still take its place. */
const SWITCH_LAG = 1_000;

const IDENTIFIER = /^[a-z][a-z0-9_-]{0,40}$/;

/**
 * The versions of projections in one schema: which there are, which one serves. A version's tables carry its
 * number; readers use views of the plain names, which a switch points elsewhere in one transaction.
 */
export class ProjectionCatalog {
  constructor(
    private readonly database: Database,
    private readonly schema: string,
    private readonly projections: readonly Projection[],
  ) {}

  /**
   * Makes the first version of each projection that has none, and begins a new one where the shape has
   * changed since. Part of a migration. Resolves with the names of what was made.
   */
  async ensure(): Promise<readonly string[]> {
    return this.exclusively(async (statement) => {
      const made: string[] = [];
      for (const projection of this.projections) {
        const versions = await this.versionsOf(statement, projection.name);
        if (versions.some(({ shape }) => shape === projection.shape)) continue;
        const version = await this.create(
          statement,
          projection,
          versions.length === 0 ? 'live' : 'building',
        );
        if (versions.length === 0) await this.activate(statement, projection, version);
        made.push(`${projection.name} v${version}`);
      }
      return made;
    });
  }

  /** Begins a new, empty version; the projectors build it from the start of the log. Resolves with its number. */
  async rebuild(name: string): Promise<number> {
    const projection = this.projection(name);
    return this.exclusively((statement) => this.create(statement, projection, 'building'));
  }

  /** All versions, by name and number. */
  async list(): Promise<readonly VersionView[]> {
    const rows = await this.database.rows<Record<keyof VersionView, unknown>>(
      `WITH reached AS (
         SELECT name, version, sum(seq) AS seq FROM "${this.schema}".projection_position GROUP BY 1, 2
       )
       SELECT v.name, v.version, v.shape, v.state, a.version = v.version AS active,
              coalesce(mine.seq, 0) AS reached, coalesce(serving.seq, 0) AS target
       FROM "${this.schema}".projection_version v
       LEFT JOIN "${this.schema}".projection_active a USING (name)
       LEFT JOIN reached mine ON (mine.name, mine.version) = (v.name, v.version)
       LEFT JOIN reached serving ON (serving.name, serving.version) = (a.name, a.version)
       ORDER BY v.name, v.version`,
    );
    return rows.map((row) => ({
      name: String(row.name),
      version: Number(row.version),
      shape: Number(row.shape),
      state: row.state === 'live' ? 'live' : 'building',
      active: row.active === true,
      reached: Number(row.reached),
      target: Number(row.target),
    }));
  }

  /**
   * Lets a version serve, from one moment to the next; the one that served before is kept up to date, so that
   * switching back is possible. Resolves with the number of that one.
   * @throws DomainError PROJECTION_VERSION_NOT_FOUND; PROJECTION_BEHIND when it has not caught up yet
   */
  async switchTo(name: string, version: number): Promise<number> {
    const projection = this.projection(name);
    return this.exclusively(async (statement) => {
      const versions = await this.versionsOf(statement, name);
      const wanted = versions.find((candidate) => candidate.version === version);
      const serving = versions.find(({ active }) => active);
      if (!wanted || !serving) throw notFound(name, version);
      if (wanted === serving) return version;
      await this.assertCaughtUp(statement, name, version, serving.version);
      if (wanted.shape === serving.shape) {
        const from = versionTables(this.schema, serving.version);
        const to = versionTables(this.schema, version);
        for (const sql of projection.carryOver?.(from, to) ?? []) await statement(sql);
      }
      await this.activate(statement, projection, version);
      return serving.version;
    });
  }

  /** The version that served before the last switch; undefined when there is none any more. */
  async previous(name: string): Promise<number | undefined> {
    const rows = await this.database.rows<{ previous: number }>(
      `SELECT a.previous FROM "${this.schema}".projection_active a
       JOIN "${this.schema}".projection_version v ON v.name = a.name AND v.version = a.previous
       WHERE a.name = $1`,
      [this.projection(name).name],
    );
    return rows[0]?.previous;
  }

  /**
   * Removes a version and its tables.
   * @throws DomainError PROJECTION_VERSION_NOT_FOUND; PROJECTION_SERVES for the one that serves
   */
  async drop(name: string, version: number): Promise<void> {
    const { tables } = this.projection(name);
    await this.exclusively(async (statement) => {
      const versions = await this.versionsOf(statement, name);
      const found = versions.find((candidate) => candidate.version === version);
      if (!found) throw notFound(name, version);
      if (found.active) {
        throw new DomainError(
          'PROJECTION_SERVES',
          `${name} v${version} serves; switch to another first`,
        );
      }
      await statement(
        `DELETE FROM "${this.schema}".projection_version WHERE name = $1 AND version = $2`,
        [name, version],
      );
      const table = versionTables(this.schema, version);
      for (const base of tables) await statement(`DROP TABLE IF EXISTS ${table(base)}`);
    });
  }

  private projection(name: string): Projection {
    const found = this.projections.find((projection) => projection.name === name);
    if (found) return found;
    const names = this.projections.map((projection) => projection.name).join(', ');
    throw new InvalidInputError(
      'UNKNOWN_PROJECTION',
      `there is no projection ${name}; there are ${names}`,
    );
  }

  /** One change of the catalog at a time, over all processes, however long it takes. */
  private exclusively<T>(work: (statement: Statement) => Promise<T>): Promise<T> {
    return this.database.transaction(async (statement) => {
      await statement('SET LOCAL statement_timeout = 0');
      await lockCatalog(statement, this.schema);
      return work(statement);
    });
  }

  private versionsOf(statement: Statement, name: string) {
    return statement<{ version: number; shape: number; active: boolean }>(
      `SELECT v.version, v.shape, coalesce(a.version = v.version, false) AS active
       FROM "${this.schema}".projection_version v
       LEFT JOIN "${this.schema}".projection_active a USING (name)
       WHERE v.name = $1 ORDER BY v.version`,
      [name],
    );
  }

  private async create(
    statement: Statement,
    projection: Projection,
    state: VersionView['state'],
  ): Promise<number> {
    const [row] = await statement<{ version: number }>(
      `INSERT INTO "${this.schema}".projection_version (name, version, shape, state)
       SELECT $1, coalesce(max(version), 0) + 1, $2, $3
       FROM "${this.schema}".projection_version WHERE name = $1
       RETURNING version`,
      [projection.name, projection.shape, state],
    );
    const version = row?.version ?? 1;
    for (const sql of projection.createTables(versionTables(this.schema, version)))
      await statement(sql);
    return version;
  }

  private async activate(
    statement: Statement,
    { name, tables }: Projection,
    version: number,
  ): Promise<void> {
    await statement(
      `UPDATE "${this.schema}".projection_version SET state = 'live' WHERE name = $1 AND version = $2`,
      [name, version],
    );
    await statement(
      `INSERT INTO "${this.schema}".projection_active (name, version) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE
       SET previous = projection_active.version, version = excluded.version, switched_at = now()`,
      [name, version],
    );
    const table = versionTables(this.schema, version);
    for (const base of tables) {
      if (!IDENTIFIER.test(base)) throw new Error(`${base} is not the name of a table`);
      // Not CREATE OR REPLACE, which refuses other columns. Both are undone together, so nobody sees neither.
      await statement(`DROP VIEW IF EXISTS "${this.schema}"."${base}"`);
      await statement(`CREATE VIEW "${this.schema}"."${base}" AS SELECT * FROM ${table(base)}`);
    }
  }

  private async assertCaughtUp(
    statement: Statement,
    name: string,
    version: number,
    serving: number,
  ): Promise<void> {
    const [row] = await statement<{ missing: string }>(
      `SELECT coalesce(sum(serving.seq - coalesce(mine.seq, 0)), 0) AS missing
       FROM "${this.schema}".projection_position serving
       LEFT JOIN "${this.schema}".projection_position mine
         ON mine.name = serving.name AND mine.version = $2 AND mine.shard = serving.shard
       WHERE serving.name = $1 AND serving.version = $3`,
      [name, version, serving],
    );
    const missing = Number(row?.missing ?? 0);
    if (missing <= SWITCH_LAG) return;
    throw new DomainError(
      'PROJECTION_BEHIND',
      `${name} v${version} is ${missing} entries behind v${serving}; wait until it has caught up`,
      { missing },
    );
  }
}

/** Keeps the catalog of a schema as it is until the transaction ends. */
export async function lockCatalog(statement: Statement, schema: string): Promise<void> {
  await statement('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `runnel-${schema}-projection-catalog`,
  ]);
}

function notFound(name: string, version: number): DomainError {
  return new DomainError(
    'PROJECTION_VERSION_NOT_FOUND',
    `there is no version ${version} of ${name}`,
  );
}
