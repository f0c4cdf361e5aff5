import { z } from 'zod';
import { InvalidInputError } from '@runnel/errors';

import type { Commit, StoredEvent } from './commit';
import { decodeCommit } from './decode-commit';
import { EVENT_SCHEMAS } from './schemas/event-schemas';

/**
 * A commit with every field of every event checked: for imports, tools and tests. Readers of the log use
 * `decodeCommit`. Throws InvalidInputError EVENT_UNDECODABLE, or INVALID_EVENT {event, problems}.
 */
export function validateCommit(json: unknown): Commit {
  const commit = decodeCommit(json);
  for (const event of commit.events) checkData(event);
  return commit;
}

function checkData({ id, type, data }: StoredEvent): void {
  const schema: z.ZodType = EVENT_SCHEMAS[type];
  const { error } = schema.safeParse(data);
  if (error === undefined) return;
  const problems = error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
  throw new InvalidInputError(
    'INVALID_EVENT',
    `${type} ${id} is malformed: ${problems.join('; ')}`,
    {
      event: id,
      problems,
    },
  );
}
