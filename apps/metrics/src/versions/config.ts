import { ConfigurationError, databaseVariables, parseEnvironment, Secret } from '@runnel/config';
import { embeddedDatabaseUrl } from '@runnel/embedded';
import { z } from 'zod';

const variables = z.object({
  RUNNEL_DATABASE_URL: databaseVariables.RUNNEL_DATABASE_URL.optional(),
  RUNNEL_DATA_DIR: z.string().default('.runnel'),
});

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the projections command finds the database: the one that is named, or the embedded one of the data folder.
 * @throws ConfigurationError when there is neither
 */
export function readDatabaseUrl(environment: Environment = process.env): Secret {
  const { RUNNEL_DATABASE_URL, RUNNEL_DATA_DIR } = parseEnvironment(variables, environment);
  if (RUNNEL_DATABASE_URL) return RUNNEL_DATABASE_URL;
  const found = embeddedDatabaseUrl(RUNNEL_DATA_DIR);
  if (found !== undefined) return new Secret(found);
  throw new ConfigurationError([
    `RUNNEL_DATABASE_URL: is not set, and no Runnel runs on ${RUNNEL_DATA_DIR}; start one, or name the database`,
  ]);
}
