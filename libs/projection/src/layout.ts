import type { LockedSession } from './locked-session';
import type { Projection } from './projection';
import type { ProjectionVersion } from './projection-version';

interface VersionRow {
  readonly name: string;
  readonly version: number;
  readonly shape: number;
  readonly state: 'building' | 'live';
}

/** Which versions there are and how they are read: live ones together, each that is being built by itself. */
export interface Layout {
  /** Equal for equal layouts. */
  readonly key: string;
  readonly lanes: readonly (readonly ProjectionVersion[])[];
  readonly unknown: readonly VersionRow[];
}

/** The layout as the catalog in `schema` has it, of projections that this release knows. */
export async function readLayout(
  session: LockedSession,
  schema: string,
  projections: readonly Projection[],
): Promise<Layout> {
  const rows = await session.rows<VersionRow>(
    `SELECT name, version, shape, state FROM "${schema}".projection_version ORDER BY name, version`,
  );
  const live: ProjectionVersion[] = [];
  const building: ProjectionVersion[][] = [];
  const unknown: VersionRow[] = [];
  for (const row of rows) {
    const projection = projections.find(
      ({ name, shape }) => name === row.name && shape === row.shape,
    );
    if (!projection) unknown.push(row);
    else if (row.state === 'live') live.push({ projection, version: row.version, building: false });
    else building.push([{ projection, version: row.version, building: true }]);
  }
  return {
    key: JSON.stringify(rows),
    lanes: live.length === 0 ? building : [live, ...building],
    unknown,
  };
}
