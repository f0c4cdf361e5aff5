// `npm run projections -- …`: the operator's command over read models, on the database that is named or else on the
// embedded one of the data folder. In an image there are no embedded servers: the database must be named.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const require = createRequire(import.meta.url);
const embedded = join(dist, 'libs', 'embedded', 'src', 'index.js');

if (!process.env.RUNNEL_DATABASE_URL && existsSync(embedded)) {
  const { embeddedDatabaseUrl } = require(embedded);
  const folder = process.env.RUNNEL_DATA_DIR || '.runnel';
  const url = embeddedDatabaseUrl(folder);
  if (url === undefined) {
    process.stderr.write(
      `RUNNEL_DATABASE_URL is not set, and no Runnel runs on ${folder}: start one, or name the database.\n`,
    );
    process.exit(78);
  }
  process.env.RUNNEL_DATABASE_URL = url;
}
require(join(dist, 'apps', 'metrics', 'src', 'projections.js'));
