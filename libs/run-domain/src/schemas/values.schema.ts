import { z } from 'zod';

import type { Json, Payload, RunError } from '../values';

/** Text that names something: an id, a key, a node. */
export const name = z.string().min(1).max(512);
/** Text that says something to a person. */
export const sentence = z.string().max(65_536);
/** UTC, ISO 8601 with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });
export const count = z.int().min(0);
export const ordinal = z.int().min(1);
/** A flat map of short text, as tags and metadata are. */
export const labels = z.record(z.string().max(256), z.string().max(65_536));

export const json: z.ZodType<Json> = z.json();

const claim = z.strictObject({
  key: name,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
});

export const payload: z.ZodType<Payload> = z.union([
  z.strictObject({ inline: json }),
  z.strictObject({ claim }),
]);

export const runError: z.ZodType<RunError> = z.strictObject({
  type: name,
  message: sentence,
  nodeId: name.exactOptional(),
  code: name.exactOptional(),
});
