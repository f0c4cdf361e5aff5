import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { errorBody } from '../../http/errors/error-body';
import { problemOf } from '../../http/errors/problem';
import { SECURITY_HEADERS } from '../../http/security-headers';

/** Answers an upgrade that is refused with a plain HTTP response, and closes. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  if (!socket.writable) return void socket.destroy();
  const problem = problemOf(error);
  const body = JSON.stringify(errorBody('flat', problem, ''));
  const headers = {
    ...SECURITY_HEADERS,
    ...problem.headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const reason = STATUS_CODES[problem.status] ?? 'Error';
  socket.end(`HTTP/1.1 ${problem.status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
