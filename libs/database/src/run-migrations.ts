import { messageOf } from '@runnel/errors';
import type { DataSource } from 'typeorm';

import { migrate } from './data-source';

/**
 * The whole of a service's `migrate` entry: applies what its schema lacks, says so, and ends the process,
 * with code 1 and one sentence when that cannot be done. `afterwards` may do what SQL files cannot; it
 * resolves with the names of what it did.
 */
export async function runMigrationsAndExit(
  schema: string,
  connect: () => DataSource,
  afterwards?: (dataSource: DataSource) => Promise<readonly string[]>,
): Promise<never> {
  try {
    const dataSource = connect();
    const applied = [...(await migrate(dataSource, schema))];
    if (afterwards) applied.push(...(await afterwards(dataSource)));
    await dataSource.destroy();
    process.stdout.write(
      `${schema}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}\n`,
    );
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${schema}: ${messageOf(error)}\n`);
    process.exit(1);
  }
}
