// Fetches the programs that tests run, once and before them: parallel test files would all fetch at the same time.
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { root } from './prepare.mjs';
import { giveUp } from './progress.mjs';

const { findNatsProgram } = createRequire(import.meta.url)(
  join(root, 'dist/libs/embedded/src/index.js'),
);
try {
  const program = await findNatsProgram({
    cacheFolder: process.env.RUNNEL_CACHE_DIR,
    fallbackFolder: join(root, '.runnel', 'bin'),
    report: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`nats-server: ${program}\n`);
} catch (error) {
  giveUp(error.message);
}
