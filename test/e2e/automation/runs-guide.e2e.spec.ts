import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { startRunnel, type TestRunnel } from '@runnel/testing';

import { type Client, registerUser } from '../../support/client';
import { deployPattern, moodyGraph } from '../../support/moody-pattern';

const BLOCK = /^```bash\n(.*?)^```$/gms;

describe('docs/runs.md', () => {
  let runnel: TestRunnel;
  let client: Client;

  beforeAll(async () => {
    runnel = await startRunnel();
    client = await registerUser(runnel.baseUrl, 'reader@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  it('says what happens: its examples, one after the other, print what they promise', async () => {
    const { deploymentId } = await deployPattern(client, moodyGraph('OnStart'));
    const blocks = [...readFileSync('docs/runs.md', 'utf8').matchAll(BLOCK)].map(
      ([, text]) => text ?? '',
    );
    expect(blocks.length).toBeGreaterThan(5);
    const script = ['set -euo pipefail', ...blocks].join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      timeout: 60_000,
      env: {
        ...process.env,
        BASE: runnel.baseUrl,
        TOKEN: client.token,
        DEPLOYMENT: deploymentId,
      },
    });
    const printed = stdout.split('\n');
    const promised = [...script.matchAll(/ {3}# (\S+)$/gm)].map(([, word]) => word);
    expect(promised.length).toBeGreaterThan(5);
    let from = 0;
    for (const word of promised) {
      const at = printed.indexOf(word ?? '', from);
      expect([word, at]).not.toEqual([word, -1]);
      from = at + 1;
    }
    expect(stdout).not.toContain('"success":false');
  });
});
