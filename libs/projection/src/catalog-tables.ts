/**
 * The statements that create the runtime's own tables in `schema`: which versions of each projection there
 * are, which one serves, and how far each has come. Part of the schema's migrations.
 */
export function catalogTables(schema: string): readonly string[] {
  return [
    `CREATE TABLE "${schema}".projection_version (
      name text COLLATE "C" NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      shape integer NOT NULL,
      -- live: kept up with the one that serves; building: on its way from the start of the log
      state text NOT NULL CHECK (state IN ('building', 'live')),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (name, version)
    )`,
    `CREATE TABLE "${schema}".projection_active (
      name text COLLATE "C" PRIMARY KEY,
      version integer NOT NULL,
      previous integer,
      switched_at timestamptz NOT NULL DEFAULT now(),
      FOREIGN KEY (name, version) REFERENCES "${schema}".projection_version (name, version)
    )`,
    // Each batch rewrites its rows: room for that in the same page keeps the table as small as it is.
    `CREATE TABLE "${schema}".projection_position (
      name text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      shard integer NOT NULL,
      seq bigint NOT NULL DEFAULT 0,
      -- number of the last archived run that is folded; only moves before seq does
      archived bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (name, version, shard),
      FOREIGN KEY (name, version) REFERENCES "${schema}".projection_version (name, version)
        ON DELETE CASCADE
    ) WITH (fillfactor = 20)`,
  ];
}
