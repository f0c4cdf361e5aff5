import type { Payload } from '@runnel/run-domain';

import type { RunView } from './contracts/metrics';

/** What a view of a run shows of its payloads: small ones themselves, of large ones where they lie. */
export function shownPayloads(
  payload: Payload | null,
  output: Payload | null,
): Pick<RunView, 'payload' | 'output' | 'claims'> {
  const claims = {
    ...(payload && 'claim' in payload && { payload: payload.claim }),
    ...(output && 'claim' in output && { output: output.claim }),
  };
  return {
    payload: payload && 'inline' in payload ? payload.inline : null,
    output: output && 'inline' in output ? output.inline : null,
    ...(Object.keys(claims).length > 0 && { claims }),
  };
}
