import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { StartError } from './start-error';

/** How Postgres' programs are run: they refuse to run as root. */
export interface PostgresUser {
  /** For people: `this user`, `user postgres` or `a user namespace`. */
  readonly name: string;
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** The command and arguments that run `program` as that user. */
  readonly command: (
    program: string,
    args: readonly string[],
  ) => { readonly command: string; readonly args: readonly string[] };
}

const NAMESPACE = ['--user', '--map-user=65534', '--map-group=65534'];

/**
 * Chooses who runs Postgres and hands `folder` over to that user. An ordinary user runs it directly. Root gives it
 * to `postgres` or `nobody` if they can reach both the programs and the folder, and otherwise (a checkout under
 * /root, say) runs it in a user namespace, where root is nobody.
 * @throws StartError when none of these is possible
 */
export function postgresUser(programs: string, folder: string): PostgresUser {
  if (process.getuid?.() !== 0) return ordinaryUser();
  return otherUser(programs, folder) ?? userNamespace(folder);
}

function ordinaryUser(): PostgresUser {
  return { name: 'this user', ids: {}, command: (command, args) => ({ command, args }) };
}

function otherUser(programs: string, folder: string): PostgresUser | undefined {
  for (const name of ['postgres', 'nobody']) {
    const ids = idsOf(name);
    if (!ids || !succeeds(join(programs, 'postgres'), ['--version'], ids)) continue;
    handOver(folder, ids.uid, ids.gid);
    if (!succeeds('/bin/sh', ['-c', 'cd "$0" && test -w .', folder], ids)) continue;
    return { name: `user ${name}`, ids, command: (command, args) => ({ command, args }) };
  }
  return undefined;
}

function userNamespace(folder: string): PostgresUser {
  if (!succeeds('unshare', [...NAMESPACE, 'true'], {})) {
    throw new StartError(
      'Postgres does not run as root, and no other user can reach this checkout: start Runnel as an ordinary ' +
        'user, move the checkout out of /root, or set RUNNEL_DATABASE_URL.',
    );
  }
  handOver(folder, 0, 0);
  return {
    name: 'a user namespace',
    ids: {},
    command: (command, args) => ({ command: 'unshare', args: [...NAMESPACE, command, ...args] }),
  };
}

function idsOf(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined
    ? undefined
    : { uid: Number(uid), gid: Number(gid) };
}

function succeeds(command: string, args: readonly string[], ids: PostgresUser['ids']): boolean {
  return spawnSync(command, args, { ...ids, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Gives the folder and all in it to the user; an earlier start may have chosen another one. */
function handOver(folder: string, uid: number, gid: number): void {
  chmodSync(folder, 0o700);
  if (statSync(folder).uid === uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), uid, gid);
  }
  chownSync(folder, uid, gid);
}
