import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCommand } from './run-command';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const TIMEOUT_MS = 180_000;

/** One program out of one package of a Debian suite. */
export interface DebianProgram {
  readonly package: string;
  readonly suite: string;
  /** Paths inside the package where the program may be; the first that exists is taken. */
  readonly paths: readonly string[];
}

/**
 * Fetches a program from a Debian suite into `target`, without root and without touching the machine's own package
 * lists: apt works in a temporary folder, from the mirror this machine already uses. The suite's signature is
 * checked against the distribution's archive key, the package against the signed list.
 * @throws Error when apt, a Debian mirror or the key is not there, a signature is wrong, or the download fails
 */
export async function fetchDebianProgram(
  program: DebianProgram,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const mirror = debianMirror();
  if (!mirror || !existsSync(KEYRING)) throw new Error('this machine has no Debian mirror and key');
  const root = mkdtempSync(join(tmpdir(), 'runnel-apt-'));
  try {
    const apt = await prepareApt(root, mirror, program.suite);
    const limits = { cwd: root, timeoutMs: TIMEOUT_MS, ...(signal ? { signal } : {}) };
    await runCommand('apt-get', [...apt, 'update'], limits);
    await runCommand('apt-get', [...apt, 'download', program.package], limits);
    await unpack(root, program, target);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The Debian mirror in this machine's apt sources; undefined when there is none. */
export function debianMirror(sources: string = readAptSources()): string | undefined {
  for (const line of sources.split('\n')) {
    if (!/^(URIs:|deb )/.test(line)) continue;
    const mirror = line.split(/\s+/).find((word) => /^[a-z+]+:\/\/\S+\/debian\/?$/.test(word));
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function readAptSources(): string {
  const folder = '/etc/apt/sources.list.d';
  const listed = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return ['/etc/apt/sources.list', ...listed]
    .filter((path) => existsSync(path) && /\.(list|sources)$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** Lays out apt's folders under `root`; returns the options that make apt use them and nothing else. */
async function prepareApt(root: string, mirror: string, suite: string): Promise<readonly string[]> {
  for (const folder of ['etc', 'lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'status'), '');
  const printed = await runCommand('dpkg', ['--print-architecture'], { timeoutMs: 10_000 });
  const source = `deb [signed-by=${KEYRING} arch=${printed.trim()}] ${mirror} ${suite} main\n`;
  writeFileSync(join(root, 'etc/sources.list'), source);
  return ['-qq', ...aptSettings(root).flatMap((setting) => ['-o', setting])];
}

function aptSettings(root: string): readonly string[] {
  return [
    `Dir::Etc=${root}/etc`,
    `Dir::Etc::sourcelist=${root}/etc/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::parts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'Dir::Etc::trustedparts=/dev/null',
    'Dir::Etc::trusted=/dev/null',
    `Dir::State=${root}`,
    `Dir::State::Lists=${root}/lists`,
    `Dir::State::status=${root}/status`,
    `Dir::Cache=${root}/cache`,
    `Dir::Log=${root}`,
    'APT::Sandbox::User=',
    'APT::Update::Error-Mode=any',
    'APT::Get::AllowUnauthenticated=false',
    'Acquire::Languages=none',
    'Acquire::AllowInsecureRepositories=false',
    'Debug::NoLocking=true',
  ];
}

async function unpack(root: string, program: DebianProgram, target: string): Promise<void> {
  const file = readdirSync(root).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get downloaded no ${program.package}`);
  const into = join(root, 'unpacked');
  await runCommand('dpkg', ['-x', join(root, file), into], { timeoutMs: TIMEOUT_MS });
  const found = program.paths.map((path) => join(into, path)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${program.package} does not hold the program`);
  copyFileSync(found, target);
}
