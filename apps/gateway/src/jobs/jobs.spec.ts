import type { RunView } from '@runnel/messaging';

import { toApiKeyResponse } from './api-keys/api-keys.dto';
import { assertOwnProject } from './own-project';
import { toJobsRunResponse } from './runs/runs.dto';

const run: RunView = {
  id: 'run_1',
  project: 'prj_1',
  kind: 'graph',
  status: 'executing',
  definitionId: 'pat_1',
  definitionName: 'Webhook Logger',
  definitionVersion: 3,
  deploymentId: 'dep_1',
  triggeredBy: 'webhook',
  attempt: 2,
  requestedAt: '2026-03-05T11:44:59.990Z',
  startedAt: '2026-03-05T11:45:00.000Z',
  finishedAt: null,
  durationMs: null,
  payload: { body: 1 },
  output: null,
  error: null,
  parentRunId: null,
  retryOf: null,
  replayOf: null,
  position: '2:17',
};

describe(toJobsRunResponse, () => {
  it('leaves out what is not there', () => {
    expect(toJobsRunResponse(run)).toEqual({
      id: 'run_1',
      project_id: 'prj_1',
      kind: 'graph',
      status: 'executing',
      attempt: 2,
      payload: { body: 1 },
      triggered_by: 'webhook',
      definition_id: 'pat_1',
      definition_name: 'Webhook Logger',
      definition_version: 3,
      deployment_id: 'dep_1',
      created_at: '2026-03-05T11:44:59.990Z',
      started_at: '2026-03-05T11:45:00.000Z',
      position: '2:17',
    });
  });

  it('tells a result, an error and the job', () => {
    const error = { type: 'Error', message: 'it failed', nodeId: 'n' };
    const failed = { ...run, kind: 'job' as const, output: { a: 1 }, error, durationMs: 5 };
    expect(toJobsRunResponse(failed)).toMatchObject({
      job_id: 'pat_1',
      result: { a: 1 },
      error: 'it failed',
      duration_ms: 5,
    });
  });
});

describe(toApiKeyResponse, () => {
  it('never shows the key', () => {
    const view = {
      id: 'key_1',
      name: 'ci',
      keyPrefix: 'runnel_ab12c',
      scopes: ['runs:read'],
      createdAt: '2026-03-05T11:45:00.000Z',
      key: 'runnel_secret',
      hash: 'abc',
    };
    expect(toApiKeyResponse(view, 'prj_1')).toEqual({
      id: 'key_1',
      project_id: 'prj_1',
      name: 'ci',
      key_prefix: 'runnel_ab12c',
      scopes: ['runs:read'],
      created_at: '2026-03-05T11:45:00.000Z',
    });
  });
});

describe(assertOwnProject, () => {
  const identity = { kind: 'api_key', id: 'key_1', project: 'prj_1', scopes: ['*'] } as const;

  it.each([undefined, '', 'prj_1'])('lets pass %j', (named) => {
    expect(() => assertOwnProject(identity, named)).not.toThrow();
  });

  it('refuses another project', () => {
    expect(() => assertOwnProject(identity, 'prj_2')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }) as Error,
    );
  });
});
