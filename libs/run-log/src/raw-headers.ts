import type { Msg, MsgHdrs } from 'nats';

const FIRST_LINE = 'NATS/1.0\r\n';
const SPACE = 0x20;

/**
 * Message headers from ready-made lines (`Name: value\r\n` each). The client's own class checks and
 * canonicalises every name on every message, which costs more than the rest of an append; on publish it
 * is only asked to `encode()`.
 */
export function rawHeaders(lines: string): MsgHdrs {
  const encoded = Buffer.from(`${FIRST_LINE}${lines}\r\n`, 'latin1');
  return { encode: () => encoded } as unknown as MsgHdrs;
}

/** True if `value` cannot break out of its header line. */
export function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return value.length <= 256;
}

interface RawMessage {
  readonly _msg?: { readonly hdr: number };
  readonly _rdata?: Uint8Array;
}

/**
 * Value of one header of a received message, or undefined. Reads the raw bytes where the client has them,
 * because decoding all headers into its map is several times dearer than decoding a commit.
 */
export function headerOf(message: Msg, name: string): string | undefined {
  const raw = message as unknown as RawMessage;
  if (!raw._msg || !raw._rdata) return message.headers?.get(name) || undefined;
  const length = raw._msg.hdr;
  if (length <= 0) return undefined;
  const bytes = raw._rdata;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
  const start = text.indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
}

/** Status of a received message (`NATS/1.0 404 …`), 0 when it has none. */
export function statusOf(message: Msg): number {
  const raw = message as unknown as RawMessage;
  if (!raw._msg || !raw._rdata) return message.headers?.code ?? 0;
  if (raw._msg.hdr < FIRST_LINE.length + 2 || raw._rdata[8] !== SPACE) return 0;
  const bytes = raw._rdata;
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + 9, 3).toString('latin1')) || 0;
}

/** Text of a received message. */
export function textOf(message: Msg): string {
  const { data } = message;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}
