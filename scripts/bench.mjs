// `npm run bench -- …`: builds if needed and runs the benchmarks with the given arguments.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { prepare, root } from './prepare.mjs';
import { giveUp } from './progress.mjs';

await prepare();
const script = join(root, 'dist', 'bench', 'main.js');
if (!existsSync(script)) giveUp(`${script} is not there: this checkout has no benchmarks.`);
const child = spawn(process.execPath, ['--enable-source-maps', script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches the benchmark by itself; it stops what it has started, and we report how it ended.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => process.exit(code ?? 1));
