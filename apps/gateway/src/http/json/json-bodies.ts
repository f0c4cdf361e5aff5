import type { FastifyInstance } from 'fastify';

import { parseJson } from './parse-json';

const JSON_TYPES = /^application\/(?:json|[\w.+-]{1,100}\+json)(?:$|[;\s])/i;

/** Bodies are JSON and nothing else (415); an empty one is none. The webhook routes have parsers of their own. */
export function parseJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(body as string, { strict: true }));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}
