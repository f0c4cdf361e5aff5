import { z } from 'zod';

import { idParam, limitParam, numberParam } from '../../http/query';
import { operation } from '../../http/route-declaration';
import { pageSchema, successSchema } from '../envelopes';
import { runSchema } from './executions.dto';
import { RUN_FILTERS, TRIGGER_FILTERS } from './run-filters';

const common = { tag: 'executions', errors: 'nested' } as const;
const params = z.object({ id: idParam, runId: idParam });
const waiting = z.object({ wait: z.enum(['true', 'false']).default('true') });
const started = successSchema(z.object({ runId: z.string(), status: z.string() }));

/** Runs of one bulk retry, at most. */
export const MAX_BULK = 100;

export const retryRun = operation({
  ...common,
  summary: 'Retry a failed, timed out or dead-letter run as a new run (?wait=false: do not wait)',
  limit: 'execute',
  params,
  query: waiting,
  response: started,
});
export const replayRun = operation({
  ...common,
  summary: 'Run again with the original event data, whatever became of the original',
  limit: 'execute',
  params,
  query: waiting,
  response: started,
});
export const cancelRun = operation({
  ...common,
  summary: 'Cancel a run that has not ended',
  params,
  response: started,
});

const paging = { page: numberParam(1, 1), limit: limitParam(20) };
const filters = {
  deploymentId: z.string().max(200).optional(),
  triggeredBy: z.enum(TRIGGER_FILTERS).optional(),
  ...paging,
};

export const listProjectRuns = operation({
  ...common,
  summary: 'List the runs of all deployments of the project, newest first',
  query: z.object({ status: z.enum(RUN_FILTERS).optional(), ...filters }),
  response: pageSchema(runSchema),
});
export const listDeadLetters = operation({
  ...common,
  summary: 'List the dead letters of all deployments of the project, newest first',
  query: z.object(filters),
  response: pageSchema(runSchema),
});

const outcome = z.object({
  runId: z.string(),
  status: z.enum(['accepted', 'refused']),
  newRunId: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type RetryOutcome = z.output<typeof outcome>;

export const retryRuns = operation({
  ...common,
  summary: `Retry up to ${MAX_BULK} runs; each is answered for itself, none is waited for`,
  limit: 'execute',
  status: 202,
  body: z.strictObject({
    runIds: z.array(z.string().min(1).max(200)).min(1).max(MAX_BULK),
  }),
  response: successSchema(
    z.object({ accepted: z.int(), refused: z.int(), results: z.array(outcome) }),
  ),
});
