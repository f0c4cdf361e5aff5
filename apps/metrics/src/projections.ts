import 'reflect-metadata';

import { createDataSource, Database } from '@runnel/database';
import { messageOf } from '@runnel/errors';
import { ProjectionCatalog } from '@runnel/projection';

import { readDatabaseConfig } from './config';
import { READ_MODELS } from './read-models';
import { METRICS_SCHEMA } from './schema';
import { ProjectionsCommand } from './versions/projections-command';

/** What `npm run projections -- …` runs: versions of read models, looked at and switched beside the running service. */
async function main(args: readonly string[]): Promise<void> {
  const database = new Database(
    createDataSource(readDatabaseConfig().RUNNEL_DATABASE_URL, METRICS_SCHEMA, {
      applicationName: 'runnel-projections',
      poolSize: 2,
    }),
  );
  const command = new ProjectionsCommand(
    new ProjectionCatalog(database, METRICS_SCHEMA.schema, READ_MODELS),
    terminalOn(process.stdout),
  );
  try {
    await command.run(args);
  } finally {
    await database.close();
  }
}

/** On a terminal a progress line is replaced by the next line; elsewhere it is written when it has changed. */
function terminalOn(stdout: NodeJS.WriteStream) {
  const clear = stdout.isTTY ? '\r\u001b[2K' : '';
  let last = '';
  return {
    say: (line: string) => void stdout.write(`${clear}${line}\n`),
    progress: (line: string) => {
      if (line !== last) stdout.write(stdout.isTTY ? `${clear}${line}` : `${line}\n`);
      last = line;
    },
  };
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);
