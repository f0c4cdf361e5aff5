import type { LogEntry } from '@runnel/run-log';

/** The SQL name of a table as one version of a projection has it, e.g. `"metrics"."run_v2"` for `run`. */
export type TableNames = (table: string) => string;

/** A parameter of a statement; arrays are made by `@runnel/database` (`textArray` and its like). */
export type SqlParameter = Buffer | string | number | null;

/** What a batch is applied through. All its writes and the new position are one transaction. */
export interface ProjectionBatch {
  /** The shard whose entries are applied. One process at a time applies entries of a shard. */
  readonly shard: number;
  readonly table: TableNames;
  /** Reads rows as all batches before have left them. */
  readonly query: <R>(sql: string, parameters: readonly SqlParameter[]) => Promise<readonly R[]>;
  /**
   * Adds a write, done when `apply` is through. The writes of a batch are one statement: none of them sees what
   * another has written, and no two may touch the same row.
   */
  readonly write: (sql: string, parameters: readonly SqlParameter[]) => void;
}

/** Read-model tables and how they are folded from the log. Its tables are written by nobody else. */
export interface Projection {
  /** Kebab case; the key of its positions. */
  readonly name: string;
  /**
   * Raised whenever its tables or the meaning of their rows change: rows of another shape are then built
   * anew beside the old ones, which serve until the switch.
   */
  readonly shape: number;
  /** Names of its tables; readers use them as views of the version that serves. */
  readonly tables: readonly string[];
  /** Statements that create the tables of one version, empty. */
  createTables(table: TableNames): readonly string[];
  /**
   * Statements run at the switch from one version to another of the same shape: they bring over what the
   * log no longer holds. What the new version has from the log must win.
   */
  carryOver?(from: TableNames, to: TableNames): readonly string[];
  /**
   * Folds entries of one shard, in order, each of them exactly once, with bulk statements only.
   * Whatever it throws undoes the batch, which is then tried again.
   */
  apply(entries: readonly LogEntry[], batch: ProjectionBatch): Promise<void> | void;
}

/** `table` as the given version of a projection in `schema` calls it. */
export function versionTables(schema: string, version: number): TableNames {
  return (table) => `"${schema}"."${table}_v${version}"`;
}
