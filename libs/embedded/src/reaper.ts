import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Kills the process groups it was told of when its standard input ends, that is: when the process that
 * started it is gone, however it went.
 */
const SCRIPT = `
groups=''
while read -r verb group; do
  case $verb in
    watch) groups="$groups $group" ;;
    forget)
      kept=''
      for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
      groups=$kept ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
`;

let reaper: ChildProcess | undefined;

/** From now on the process group `pid` dies with this process, even if this process is killed with SIGKILL. */
export function dieWithUs(pid: number): void {
  tell(`watch ${pid}`);
}

/** The process group has ended; its number may soon belong to somebody else. */
export function forget(pid: number): void {
  if (reaper) tell(`forget ${pid}`);
}

/** Process id of the watcher, for whoever has to account for every process; undefined when none was needed yet. */
export function reaperPid(): number | undefined {
  return reaper?.pid;
}

function tell(line: string): void {
  if (!reaper || reaper.exitCode !== null || reaper.signalCode !== null) reaper = startReaper();
  reaper.stdin?.write(`${line}\n`);
}

function startReaper(): ChildProcess {
  // A session of its own: a Ctrl-C at the terminal, which reaches the whole foreground group, must not end it first.
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}
