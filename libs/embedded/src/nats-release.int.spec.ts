import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { fetchNatsRelease, NATS_RELEASE } from './nats-release';

const VERSION = '9.9.9';
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

describe(fetchNatsRelease, () => {
  const folder = temporaryFolder('release');
  const name = `nats-server-v${VERSION}-linux-${ARCHITECTURE}`;
  const target = join(folder.path, 'fetched');
  let archive: Buffer;
  let server: Server;
  let baseUrl: string;

  beforeAll(async () => {
    mkdirSync(join(folder.path, name));
    writeFileSync(join(folder.path, name, 'nats-server'), 'the program');
    execFileSync('tar', ['-czf', 'archive.tar.gz', name], { cwd: folder.path });
    archive = readFileSync(join(folder.path, 'archive.tar.gz'));
    server = createServer((request, response) => {
      if (request.url === `/v${VERSION}/${name}.tar.gz`) response.end(archive);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
    folder.remove();
  });

  function release(sha256: string, version = VERSION) {
    return { version, baseUrl, sha256: { [process.arch]: sha256 } };
  }

  it('unpacks the program when the checksum is right', async () => {
    const sha256 = createHash('sha256').update(archive).digest('hex');
    await fetchNatsRelease(target, undefined, release(sha256));
    expect(readFileSync(target, 'utf8')).toBe('the program');
  });

  it('keeps nothing of a download with another checksum', async () => {
    const other = join(folder.path, 'other');
    await expect(fetchNatsRelease(other, undefined, release('0'.repeat(64)))).rejects.toThrow(
      'wrong checksum',
    );
    expect(existsSync(other)).toBe(false);
  });

  it('says what the server answered when there is no such release', async () => {
    await expect(
      fetchNatsRelease(target, undefined, release('0'.repeat(64), '0.0.1')),
    ).rejects.toThrow('answered 404');
  });

  it('pins a version with atomic batches, over TLS, with checksums for both processors', () => {
    expect(NATS_RELEASE.baseUrl).toMatch(/^https:\/\/github\.com\/nats-io\//);
    expect(Number(NATS_RELEASE.version.split('.')[1])).toBeGreaterThanOrEqual(12);
    expect(Object.keys(NATS_RELEASE.sha256).sort()).toEqual(['arm64', 'x64']);
    for (const sum of Object.values(NATS_RELEASE.sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  });
});
