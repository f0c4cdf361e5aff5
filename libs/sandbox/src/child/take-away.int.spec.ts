import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { compileSandbox } from '@runnel/testing';
import { takeAwayCapabilities } from './take-away';

const compiled = compileSandbox();
afterAll(() => compiled.remove());

/** What somebody who got into the child's own realm would try; all modules are at hand already. */
const ATTEMPTS: readonly (readonly [string, string])[] = [
  ['require', `require('node:child_process')`],
  ['createRequire', `require_module.createRequire('/')`],
  ['process.binding', `process.binding('fs')`],
  ['process.dlopen', `process.dlopen({ exports: {} }, '/lib/x.node')`],
  ['net.connect', `net.connect(80, '127.0.0.1')`],
  ['net.createConnection', `net.createConnection(80, '127.0.0.1')`],
  ['a socket', `new net.Socket().connect(80, '127.0.0.1')`],
  ['a server', `new net.Server().listen(0)`],
  ['net.createServer', `net.createServer()`],
  ['http', `http.get('http://127.0.0.1/')`],
  ['fetch', `fetch('http://127.0.0.1/')`],
  ['process.kill', `process.kill(1, 0)`],
];

describe(takeAwayCapabilities, () => {
  it.each(ATTEMPTS)('leaves no %s', async (_name, attempt) => {
    const script = join(compiled.folder, 'attempt.js');
    writeFileSync(
      script,
      `const net = require('node:net'), http = require('node:http'), require_module = require('node:module');
       const { takeAwayCapabilities } = require('./sandbox/child/take-away.js');
       const attempt = () => ${attempt};
       takeAwayCapabilities();
       try { attempt(); process.stdout.write('done'); } catch (error) { process.stdout.write(error.message); }`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toMatch(/not available in the sandbox|is not defined|not a function/);
  });
});
