import type { Json } from '@runnel/run-domain';
import { z } from 'zod';

import { operation } from '../../http/route-declaration';

const BODY_LIMIT = 2 * 1_024 * 1_024;
const json = z.custom<Json>(() => true);
const common = { tag: 'execute', errors: 'nested', bodyLimit: BODY_LIMIT } as const;

export const transpile = operation({
  ...common,
  summary: 'Compile a graph to JavaScript that may be run for an hour',
  limit: 'transpile',
  body: z.strictObject({
    graphData: z.record(z.string(), z.unknown()),
    nodeDefinitions: z.record(z.string(), z.unknown()),
    trace: z.boolean().default(false),
    breakpoints: z.array(z.string().max(200)).max(1_000).default([]),
    pinnedNodes: z.record(z.string(), z.unknown()).default({}),
  }),
  response: z.object({
    success: z.literal(true),
    code: z.string(),
    runId: z.uuid(),
    warnings: z.array(
      z.object({ nodeId: z.string(), message: z.string(), code: z.string().optional() }),
    ),
  }),
});

export const runCode = operation({
  ...common,
  summary: 'Run compiled code once in the sandbox, unrecorded',
  limit: 'execute',
  body: z.strictObject({ code: z.string().min(1), eventData: json.optional() }),
});
