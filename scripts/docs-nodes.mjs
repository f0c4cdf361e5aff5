// `npm run docs:nodes`: builds if needed and writes docs/nodes.md from the declarations.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { prepare, root } from './prepare.mjs';

await prepare();
const { nodesDocument } = createRequire(import.meta.url)(
  join(root, 'dist', 'tools', 'docs', 'nodes.js'),
);
writeFileSync(join(root, 'docs', 'nodes.md'), nodesDocument());
