import type { PatternFields, PatternView } from '@runnel/messaging';
import { z } from 'zod';

import { flagParam, idParam, limitParam, listParam, numberParam } from '../../http/query';
import { operation } from '../../http/route-declaration';

/** A graph may have 1 MiB of JSON (contracts/automation.md B.7), and the editor sends its node definitions along. */
const BODY_LIMIT = 2 * 1_024 * 1_024;

const tag = z.string().trim().min(1).max(50);
const tags = z.array(tag).max(50);

const fields = {
  description: z.string().max(5_000).nullable().optional(),
  isPublic: z.boolean().optional(),
  isTemplate: z.boolean().optional(),
  tags: tags.optional(),
  /** What is in it is judged when it is compiled. */
  graphData: z.record(z.string(), z.unknown()).optional(),
};

const name = z.string().trim().min(1, 'must not be empty').max(200);

const summary = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  isPublic: z.boolean(),
  isTemplate: z.boolean(),
  tags: z.array(z.string()),
  versionNumber: z.int(),
  ownerId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const pattern = summary.extend({ graphData: z.unknown() });

export type PatternSummary = z.output<typeof summary>;
export type PatternResponse = z.output<typeof pattern>;

const common = { tag: 'patterns', errors: 'flat' } as const;
const params = z.object({ id: idParam });

export const listPatterns = operation({
  ...common,
  summary: 'List patterns, without their graphs',
  query: z.object({
    search: z.string().max(200).optional(),
    isPublic: flagParam.optional(),
    isTemplate: flagParam.optional(),
    tags: listParam(tag, 20).optional(),
    limit: limitParam(20),
    offset: numberParam(0, 0),
    sortBy: z.enum(['name', 'createdAt', 'updatedAt']).default('updatedAt'),
    sortOrder: z.enum(['asc', 'desc']).default('desc'),
  }),
  response: z.object({
    success: z.literal(true),
    data: z.array(summary),
    meta: z.object({ total: z.int(), limit: z.int(), offset: z.int() }),
  }),
});

export const getPattern = operation({
  ...common,
  summary: 'Get a pattern with its graph',
  params,
  response: pattern,
});

export const createPattern = operation({
  ...common,
  summary: 'Create a pattern',
  status: 201,
  bodyLimit: BODY_LIMIT,
  body: z.strictObject({ name, ...fields }),
  response: z.object({ success: z.literal(true), data: pattern }),
});

export const updatePattern = operation({
  ...common,
  summary: 'Change some fields of a pattern; If-Match takes its updatedAt',
  bodyLimit: BODY_LIMIT,
  params,
  body: z.strictObject({ name: name.optional(), ...fields }),
  response: z.object({ success: z.literal(true), data: pattern }),
});

export const deletePattern = operation({
  ...common,
  summary: 'Delete a pattern that is not deployed, or any with force',
  status: 204,
  params,
  query: z.object({ force: flagParam.default(false) }),
});

/** The fields that a request names; what it does not name stays as it is. */
export function toPatternFields(body: {
  readonly [K in keyof PatternFields]: PatternFields[K] | undefined;
}): PatternFields {
  const { description, isPublic, isTemplate, graphData } = body;
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(description !== undefined && { description }),
    ...(isPublic !== undefined && { isPublic }),
    ...(isTemplate !== undefined && { isTemplate }),
    ...(body.tags !== undefined && { tags: body.tags }),
    ...(graphData !== undefined && { graphData }),
  };
}

/** A pattern as lists show it. */
export function toPatternSummary(view: PatternView): PatternSummary {
  return {
    id: view.id,
    name: view.name,
    description: view.description,
    isPublic: view.isPublic,
    isTemplate: view.isTemplate,
    tags: [...view.tags],
    versionNumber: view.versionNumber,
    ownerId: view.ownerId,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** A pattern with its graph. */
export function toPatternResponse(view: PatternView): PatternResponse {
  return { ...toPatternSummary(view), graphData: view.graphData };
}
