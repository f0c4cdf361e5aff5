import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * How a child process is kept from the network. `namespace`: it lives in a network namespace of its own, in
 * which there is nothing; `process`: the machine does not allow that, and only the process itself refuses.
 */
export interface Isolation {
  readonly kind: 'namespace' | 'process';
  /** Command and arguments to put before the child's own. */
  readonly prefix: readonly string[];
}

const NO_ISOLATION: Isolation = { kind: 'process', prefix: [] };
const PROBE_TIMEOUT_MS = 5_000;

/**
 * Finds the strongest isolation in which this machine lets `files` be read. Tries, strongest first: a user
 * namespace without any capability (works for root and, where allowed, for everybody), a plain network
 * namespace (root), a user namespace as its root. A few ms per try; the result holds while the machine is up.
 */
export async function findIsolation(files: readonly string[]): Promise<Isolation> {
  const unshare = pathOf('unshare');
  if (process.platform !== 'linux' || unshare === undefined) return NO_ISOLATION;
  const setpriv = pathOf('setpriv');
  // The kernel ends the child with its parent, even a child that is busy and does not look at its channel.
  const guard =
    setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--no-new-privs', '--'];
  const powerless =
    setpriv === undefined ? [] : [setpriv, '--bounding-set', '-all', '--inh-caps', '-all', '--'];
  const ways = [
    [unshare, '--user', '--net', '--'],
    [unshare, '--net', '--', ...powerless],
    [unshare, '--user', '--map-root-user', '--net', '--', ...powerless],
  ];
  for (const way of [...ways.map((args) => [...guard, ...args]), ...ways]) {
    if (await works(way, files)) return { kind: 'namespace', prefix: way };
  }
  return (await works(guard, files)) ? { kind: 'process', prefix: guard } : NO_ISOLATION;
}

function pathOf(program: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .map((folder) => `${folder}/${program}`)
    .find((path) => existsSync(path));
}

function works(prefix: readonly string[], files: readonly string[]): Promise<boolean> {
  const [command, ...args] = prefix;
  if (command === undefined) return Promise.resolve(false);
  const check = ['/bin/sh', '-c', 'for file do test -r "$file" || exit 1; done', 'probe', ...files];
  return new Promise((resolve) => {
    execFile(command, [...args, ...check], { env: {}, timeout: PROBE_TIMEOUT_MS }, (error) =>
      resolve(error === null),
    );
  });
}
