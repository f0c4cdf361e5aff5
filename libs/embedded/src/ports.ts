import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

import { errorCode, EXIT_CONFIGURATION, StartError } from './start-error';

/**
 * Below the range from which the kernel takes ports for outgoing connections: a client that tries a dead server
 * again and again could otherwise be given that very port and keep the server from coming back on it.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 200;
/** Ports this process has been given, which may not be listened on yet. */
const given = new Set<number>();

/** A port on 127.0.0.1 that nobody listens on now and no outgoing connection will take; never the same twice. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    given.add(port);
    if ((await tryToListen(port)) === '') return port;
  }
  throw new StartError(`No free port between ${LOWEST} and ${HIGHEST} was found on 127.0.0.1.`);
}

/** Throws a StartError (78) that names the port and the variable to change when nobody may listen on it here. */
export async function requirePort(port: number, variable: string): Promise<void> {
  const problem = await tryToListen(port);
  if (problem === '') return;
  const why =
    problem === 'EADDRINUSE' ? 'is already in use' : `may not be used by this user (${problem})`;
  throw new StartError(
    `Port ${port} on 127.0.0.1 ${why}: stop what listens there, or set ${variable} to another port.`,
    EXIT_CONFIGURATION,
  );
}

/** The empty string when listening works, otherwise the system's error code. */
function tryToListen(port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve('')));
  });
}
