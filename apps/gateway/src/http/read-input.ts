import { InvalidInputError } from '@runnel/errors';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

import type { InputOf, Operation } from './route-declaration';

/** Problems told at most; a hostile body could have thousands. */
const MAX_PROBLEMS = 20;
const MAX_NAME = 200;

/**
 * The request, validated by the schemas of its route's operation. An absent body counts as `{}`.
 * @throws InvalidInputError VALIDATION, naming each wrong field
 */
export function readInput(request: FastifyRequest): InputOf<Operation> {
  const operation = request.routeOptions.config.operation;
  return {
    params: operation?.params && parse(operation.params, request.params),
    query: operation?.query && parse(operation.query, request.query),
    body: operation?.body && parse(operation.body, request.body ?? {}),
  };
}

/** `value` as `schema` gives it. Throws InvalidInputError VALIDATION. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, MAX_PROBLEMS).map(describe);
  throw new InvalidInputError('VALIDATION', problems.map((problem) => problem.message).join('; '), {
    fields: problems.map((problem) => problem.field),
  });
}

function describe(issue: z.core.$ZodIssue): { field: string; message: string } {
  const path = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const field = nameOf([...issue.path, issue.keys[0] ?? '']);
    return { field, message: `unknown field ${field}` };
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return { field: path, message: `${path || 'value'} is required` };
  }
  return { field: path, message: path ? `${path}: ${issue.message}` : issue.message };
}

/** A field as people write it. Names come from the client, so they are cut. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, MAX_NAME);
}
