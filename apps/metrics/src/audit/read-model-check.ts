import type { AuditDifference } from '@runnel/projection';

/** Compares the rows of runs with their histories. What others may ask the auditor for. */
export abstract class ReadModelCheck {
  /** What is wrong with these runs, each looked at once. Throws UnavailableError. */
  abstract differences(runIds: readonly string[]): Promise<readonly AuditDifference[]>;
}
