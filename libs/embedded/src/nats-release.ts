import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCommand } from './run-command';

/**
 * The official release that is downloaded, and the SHA-256 of its archives as the project publishes them for
 * its own container images (github.com/nats-io/nats-docker, 2.14.x/alpine3.22/Dockerfile, commit b30b30d2).
 */
export const NATS_RELEASE = {
  version: '2.14.1',
  baseUrl: 'https://github.com/nats-io/nats-server/releases/download',
  sha256: {
    x64: '4638c389af67d4c747f5b3e6a9d363bfe8f6b86de37d7c4ee3a36b283a5c2ce2',
    arm64: '0bdd20ad850e66a484dcb126f6ce610079520b56d9e8518d099e0864ab8171a1',
  },
} as const;

/** Which release to fetch; a parameter so that tests can serve their own. */
export interface NatsRelease {
  readonly version: string;
  readonly baseUrl: string;
  readonly sha256: Readonly<Record<string, string>>;
}

/** Until the server answers; a network that refuses should not hold up the next way of finding NATS. */
const ANSWER_TIMEOUT_MS = 8_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const LARGEST_BYTES = 64 * 1024 * 1024;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Downloads the official `nats-server` for Linux into `target`.
 * @throws Error when there is none for this machine, the network refuses, or the checksum differs
 */
export async function fetchNatsRelease(
  target: string,
  signal?: AbortSignal,
  release: NatsRelease = NATS_RELEASE,
): Promise<void> {
  const architecture = ARCHITECTURES[process.arch];
  const expected = release.sha256[process.arch];
  if (process.platform !== 'linux' || architecture === undefined || expected === undefined) {
    throw new Error(`no release is known for ${process.platform}-${process.arch}`);
  }
  const name = `nats-server-v${release.version}-linux-${architecture}`;
  const archive = await download(`${release.baseUrl}/v${release.version}/${name}.tar.gz`, signal);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`the download has the wrong checksum (${actual})`);
  await unpack(archive, `${name}/nats-server`, target);
}

async function download(url: string, stop?: AbortSignal): Promise<Buffer> {
  const answer = new AbortController();
  const timer = setTimeout(() => answer.abort(new Error('no answer')), ANSWER_TIMEOUT_MS);
  const limits = [answer.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)];
  const signal = AbortSignal.any(stop ? [...limits, stop] : limits);
  try {
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const length = Number(response.headers.get('content-length') ?? 0);
    if (length > LARGEST_BYTES) throw new Error(`${url} is larger than expected`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

async function unpack(archive: Buffer, member: string, target: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-nats-'));
  try {
    const file = join(folder, 'archive.tar.gz');
    writeFileSync(file, archive);
    await runCommand('tar', ['-xzf', file, '-C', folder, member], { timeoutMs: 60_000 });
    copyFileSync(join(folder, member), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
