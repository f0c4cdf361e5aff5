import { once } from 'node:events';
import { connect } from 'node:net';

import { isNewEnough } from './nats-program';
import { withPostgres } from './postgres-database';
import { StartError } from './start-error';

const TIMEOUT_MS = 5_000;
const NATS_PORT = 4222;
/** A graph of 1 MiB and its program must fit into one question or answer between services. */
const PAYLOAD_BYTES = 8 * 1024 * 1024;

/** Connects once. Throws a StartError that says why the given Postgres cannot be used. */
export async function checkExternalPostgres(url: string): Promise<void> {
  try {
    await withPostgres(url, (client) => client.query('SELECT 1'));
  } catch (cause) {
    throw new StartError(
      `The Postgres that RUNNEL_DATABASE_URL names cannot be used (${reasonOf(cause)}): check the address and the ` +
        'password, or unset the variable to use the embedded one.',
      undefined,
      { cause },
    );
  }
}

/**
 * Reads the greeting of the first server in `urls` (separated by commas) that answers.
 * @throws StartError when none answers, or it is too old, has no JetStream or takes only small messages
 */
export async function checkExternalNats(urls: string): Promise<void> {
  const greeting = await firstGreeting(urls.split(','));
  const problem =
    greeting.problem ??
    (isNewEnough(String(greeting.version))
      ? undefined
      : `it is ${String(greeting.version)}, not 2.10 or newer`) ??
    (greeting.jetstream === true ? undefined : 'it runs without JetStream') ??
    (Number(greeting.max_payload ?? 0) >= PAYLOAD_BYTES
      ? undefined
      : `it takes messages of ${String(greeting.max_payload)} bytes at most: set \`max_payload: 8MB\` in its configuration`);
  if (problem === undefined) return;
  throw new StartError(
    `The NATS server that RUNNEL_NATS_URL names cannot be used (${problem}): check the address, or unset the ` +
      'variable to use the embedded one.',
  );
}

interface Greeting {
  readonly version?: unknown;
  readonly jetstream?: unknown;
  readonly max_payload?: unknown;
  readonly problem?: string;
}

async function firstGreeting(urls: readonly string[]): Promise<Greeting> {
  let last: Greeting = { problem: 'no address is given' };
  for (const url of urls) {
    last = await greetingOf(url).catch((error: unknown) => ({ problem: reasonOf(error) }));
    if (last.problem === undefined) return last;
  }
  return last;
}

/** A NATS server speaks first, before any TLS: `INFO {json}`. */
async function greetingOf(url: string): Promise<Greeting> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? NATS_PORT : Number(port),
  });
  try {
    let text = '';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    while (!text.includes('\r\n')) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      text += chunk.toString();
    }
    return JSON.parse(text.slice(text.indexOf('{'), text.indexOf('\r\n'))) as Greeting;
  } finally {
    socket.destroy();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return 'it does not answer';
  return error.message !== '' ? error.message : error.name;
}
