// What stands between a fresh clone and something that runs: the right Node, the packages, the build.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { giveUp, say } from './progress.mjs';

const OLDEST_NODE = [20, 19];
const EXIT_CONFIGURATION = 78;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const BUILT_FROM = [
  'apps',
  'libs',
  'bench',
  'tools',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
];

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const installStamp = join(root, 'node_modules', '.runnel-installed');
const buildStamp = join(root, 'dist', '.runnel-built');

/** Installs and builds what is missing or out of date, and says so; ends the command if that fails. */
export async function prepare() {
  requireNode();
  await install();
  await build();
}

/** Ends the command unless this Node is new enough. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  giveUp(
    `Runnel needs Node ${OLDEST_NODE.join('.')} or newer and this is ${process.versions.node}: install a newer one (https://nodejs.org).`,
    EXIT_CONFIGURATION,
  );
}

/** `npm ci`, if the installed packages are not those of the lock file. */
export async function install() {
  const wanted = hashOf(['package-lock.json', 'package.json']);
  if (isInstalled(wanted)) return;
  requireWritable(root, 'install packages into');
  say('installing packages (npm ci; the first time takes a minute)');
  await run('npm ci', [...npm(), 'ci', '--include=dev', ...npmCache()], {
    log: 'install',
    advice: 'check the network and the npm registry, then try again',
  });
  writeFileSync(installStamp, wanted);
}

/** `npm run build`, if the sources are not those that were built. */
export async function build() {
  const wanted = hashOf(BUILT_FROM);
  if (readIfThere(buildStamp) === wanted) return;
  requireWritable(root, 'build in');
  say('building');
  await run('npm run build', [...npm(), 'run', 'build'], {
    log: 'build',
    advice: 'the sources do not compile; the lines above say where',
  });
  writeFileSync(buildStamp, wanted);
}

/** True when the lock's packages are there: by our own stamp, or by an `npm ci` that somebody ran by hand. */
function isInstalled(wanted) {
  const stamp = readIfThere(installStamp);
  if (stamp !== undefined) return stamp === wanted;
  const installed = join(root, 'node_modules', '.package-lock.json');
  const locked = join(root, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs;
}

/** A hash over files and folders, by their paths and contents; tests are not part of what is built. */
function hashOf(names) {
  const hash = createHash('sha256');
  for (const path of names.flatMap(filesIn)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(name) {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(spec|contract)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

function requireWritable(folder, purpose) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    giveUp(
      `This user may not ${purpose} ${folder}: run \`npm start\` once as its owner, or use a copy of your own.`,
      EXIT_CONFIGURATION,
    );
  }
}

/** The npm that started us, or the one on PATH. */
function npm() {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
}

/** A user without a home cannot use npm's default cache. */
function npmCache() {
  try {
    accessSync(homedir(), constants.W_OK);
    return [];
  } catch {
    return ['--cache', join(tmpdir(), `runnel-npm-${process.getuid?.() ?? 0}`)];
  }
}

/** Runs a command with its output in a log file; when it fails, shows the end of that and ends this command. */
async function run(name, [command, ...args], { log, advice }) {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-'));
  const path = join(folder, `${log}.log`);
  const output = openSync(path, 'w');
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', output, output],
  });
  // The whole group: npm does not always pass a signal on to what it runs.
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } finally {
      process.exit(130);
    }
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  const tick = setInterval(() => say(`… still at ${name}`), 15_000);
  const code = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (status, signal) => done(status ?? signal));
  });
  clearInterval(tick);
  for (const signal of SIGNALS) process.off(signal, stop);
  closeSync(output);
  if (code === 0) return rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${tailOf(path)}\n`);
  giveUp(`${name} failed (${code}; all of its output is in ${path}): ${advice}.`);
}

function tailOf(path) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
