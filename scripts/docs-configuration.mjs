// `npm run docs:configuration`: builds if needed and writes docs/configuration.md from the schemas.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { prepare, root } from './prepare.mjs';

await prepare();
const { configurationDocument } = createRequire(import.meta.url)(
  join(root, 'dist', 'tools', 'docs', 'configuration.js'),
);
writeFileSync(join(root, 'docs', 'configuration.md'), configurationDocument());
