import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { SERVICES } from '@runnel/embedded';

/**
 * A service that does nothing but live: answers its health port, notes its start and end in `journal`, keeps a
 * child of its own as the executor does, and obeys SIGTERM. POST to a path of the management port steers it.
 */
const SERVICE = `
const { spawn } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { basename, dirname, join } = require('node:path');

const app = basename(dirname(dirname(__filename)));
const note = (what) =>
  appendFileSync(join(process.env.FAKE_JOURNAL), JSON.stringify({ app, what, pid: process.pid }) + '\\n');
const seen = ['RUNNEL_DATABASE_URL', 'RUNNEL_NATS_URL', 'RUNNEL_SECRET', 'RUNNEL_ADMIN_PASSWORD', 'PORT', 'EXTRA'];

if (process.env.FAKE_REFUSE === app) {
  process.stderr.write('Configuration is not usable:\\n  - RUNNEL_X: must be set\\n');
  process.exit(78);
}
note('started');
const child = app === 'executor' && spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
if (child) appendFileSync(process.env.FAKE_JOURNAL, JSON.stringify({ app: 'sandbox', what: 'started', pid: child.pid }) + '\\n');
process.stdout.write('{"level":30,"msg":"service started"}\\n');
process.stdout.write('{"level":40,"msg":"look at me"}\\n');
createServer((request, response) => {
  if (request.url === '/environment') {
    response.end(JSON.stringify(Object.fromEntries(seen.map((name) => [name, process.env[name] ?? null]))));
  } else if (request.url === '/crash') {
    process.exit(3);
  } else {
    response.statusCode = process.env.FAKE_UNREADY === app ? 503 : 200;
    response.end('{}');
  }
}).listen(Number(process.env.RUNNEL_MANAGEMENT_PORT), '127.0.0.1');
process.on('SIGINT', () => note('interrupted'));
process.on('SIGTERM', () => {
  if (process.env.FAKE_DEAF === app) return;
  note('stopped');
  process.exit(0);
});
`;

const SCRIPT = `
const { appendFileSync } = require('node:fs');
const { basename, dirname } = require('node:path');
const app = basename(dirname(dirname(__filename)));
const what = basename(__filename, '.js');
if (process.env.FAKE_FAIL === app + '-' + what) {
  process.stderr.write('Error: column "x" does not exist\\n    at somewhere\\n');
  process.exit(1);
}
appendFileSync(process.env.FAKE_JOURNAL, JSON.stringify({ app, what, email: process.env.RUNNEL_ADMIN_EMAIL }) + '\\n');
`;

/** Writes a built checkout whose services are stand-ins, to try the supervisor alone. */
export function writeFakeCheckout(root: string): void {
  for (const app of SERVICES) write(join(root, 'dist', 'apps', app, 'src', 'main.js'), SERVICE);
  for (const app of ['deployments', 'scheduler', 'metrics']) {
    write(join(root, 'dist', 'apps', app, 'src', 'migrate.js'), SCRIPT);
  }
  write(join(root, 'dist', 'apps', 'deployments', 'src', 'seed.js'), SCRIPT);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
