import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UnavailableError } from '@runnel/errors';

/** What a child process is made of: absolute paths without links, since it may not follow any. */
export interface ChildFiles {
  readonly entry: string;
  readonly engine: string;
  readonly wasm: string;
}

/** Heap of the child's own JavaScript, MiB; the guests' memory is not in it. */
const HEAP_MIB = 128;
/** V8's stack in KiB, large enough that the engine's own count of its stack ends a recursion first. */
const STACK_KIB = 3_900;
const SAFE_STACK_BYTES = 8 * 1024 * 1024;

/** The child compiled: beside this file when it is compiled itself, else where `npm run build` puts it. */
const ENTRIES = [
  join(__dirname, 'child', 'main.js'),
  join(__dirname, '..', '..', '..', 'dist', 'libs', 'sandbox', 'src', 'child', 'main.js'),
];

/** The files of a child. Throws UnavailableError when it is not compiled. */
export function findChildFiles(childEntry: string | undefined): ChildFiles {
  const entry = (childEntry === undefined ? ENTRIES : [childEntry]).find((path) =>
    existsSync(path),
  );
  if (entry === undefined) {
    throw new UnavailableError(
      'sandbox',
      'the child program of the sandbox is missing: run "npm run build"',
    );
  }
  const wasm = realpathSync(require.resolve('quickjs-wasi/quickjs.wasm'));
  return { entry: realpathSync(entry), engine: join(dirname(wasm), 'dist', 'index.js'), wasm };
}

/** Arguments of node for a child: what it may read, how much memory it has, what it must not do. */
export function childArguments(files: ChildFiles, maxVms: number): readonly string[] {
  const source = dirname(dirname(files.entry));
  const readable = [source, dirname(files.wasm)].map((folder) => `--allow-fs-read=${folder}/`);
  return [
    '--no-warnings',
    permissionFlag(),
    ...readable,
    '--preserve-symlinks',
    '--preserve-symlinks-main',
    '--no-addons',
    '--no-global-search-paths',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--expose-gc',
    // The engine compiled at once, by one helper thread: a third of the CPU that the defaults spend at the start.
    '--no-wasm-lazy-compilation',
    '--v8-pool-size=1',
    `--max-old-space-size=${HEAP_MIB}`,
    // A third of the memory of the default, for a few percent more of collecting.
    '--max-semi-space-size=4',
    ...(hasLargeStack() ? [`--stack-size=${STACK_KIB}`] : []),
    files.entry,
    files.engine,
    files.wasm,
    String(maxVms),
  ];
}

/** The permission model became stable in Node 23.5 and lost its prefix. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
}

/** A stack that V8 believes in but the system does not give would crash the child. */
function hasLargeStack(): boolean {
  try {
    const soft = /^Max stack size\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === 'unlimited' || Number(soft) >= SAFE_STACK_BYTES;
  } catch {
    return false; // no /proc: keep V8's default
  }
}
