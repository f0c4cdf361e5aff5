import { get } from 'node:http';

/** What a probe saw: the status, or why there was none. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly saw: string;
}

const TIMEOUT_MS = 2_000;
const KEPT_CHARACTERS = 500;

/** Asks a health URL once; an answer in the 200s is well. Never throws. */
export function probe(url: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ ok: false, saw: error.message });
    const request = get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      const status = response.statusCode ?? 0;
      let body = '';
      response.on(
        'data',
        (chunk: Buffer) => (body = (body + chunk.toString()).slice(0, KEPT_CHARACTERS)),
      );
      response.on('error', failed);
      response.on('end', () =>
        resolve({ ok: status >= 200 && status < 300, saw: `${status} ${body}`.trim() }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', failed);
  });
}
