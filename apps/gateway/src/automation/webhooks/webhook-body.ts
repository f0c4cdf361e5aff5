import type { IncomingHttpHeaders } from 'node:http';

import type { Json } from '@runnel/run-domain';

import { HttpProblem } from '../../http/errors/problem';
import { parseJson } from '../../http/json/parse-json';

const JSON_TYPE = /^application\/(?:json|[\w.+-]{1,100}\+json)(?:$|[;\s])/i;

/**
 * The JSON of a webhook's body; null when there is none. Foreign senders may give a key twice; the last counts.
 * @throws HttpProblem 415 UNSUPPORTED_MEDIA_TYPE, 400 INVALID_JSON
 */
export function parseWebhookBody(headers: IncomingHttpHeaders, body: Buffer): Json {
  if (body.length === 0) return null;
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json');
  }
  return parseJson(body.toString('utf8'), { strict: false });
}
