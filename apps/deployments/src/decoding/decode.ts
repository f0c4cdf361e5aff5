import { InvalidInputError } from '@runnel/errors';
import type { z } from 'zod';

/**
 * A request of another service, checked in shape. Fields that the schema does not name are dropped.
 * @throws InvalidInputError VALIDATION that names the first wrong field
 */
export function decode<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // `fields` is our own wrapping: clients do not know it.
  const field = issue?.path.filter((key) => key !== 'fields').join('.') || 'request';
  const message = `${field} ${issue ? sayWhy(issue, request) : 'is wrong'}`;
  throw new InvalidInputError('VALIDATION', message, { field });
}

/** Our schemas say what they want; zod's own words ("Invalid input: ...") are for developers. */
function sayWhy(issue: z.core.$ZodIssue, request: unknown): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (valueAt(request, issue.path) === undefined) return 'is required';
  if (!issue.message.startsWith('Invalid input')) return issue.message;
  return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
}

function valueAt(request: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    request,
  );
}
