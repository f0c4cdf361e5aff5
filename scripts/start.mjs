// `npm start`: from a bare clone to a running Runnel (docs/adr/0007-one-machine.md).
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { prepare, root } from './prepare.mjs';
import { startedAtMs } from './progress.mjs';

await prepare();
const { startRunnel } = createRequire(import.meta.url)(
  join(root, 'dist/libs/embedded/src/index.js'),
);
// A terminal that is gone must not end the starter before it has stopped what it started.
process.stdout.on('error', () => undefined);
process.exit(
  await startRunnel({
    root,
    environment: process.env,
    startedAtMs,
    write: (text) => process.stdout.write(text),
  }),
);
