import type { Identity } from '@runnel/auth';
import { waitFor } from '@runnel/testing';

import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';
import { BROKEN_GRAPH, refusal, webhookGraph } from '../testing/graphs.contract';

let service: DeploymentsService;
let me: Identity;
beforeAll(async () => {
  service = await startDeployments({
    RUNNEL_EXECUTION_TIMEOUT_MS: '12000',
    RUNNEL_DEAD_LETTER_AFTER: '4',
  });
  me = await service.newcomer();
});
afterAll(() => service.stop());

const newPattern = async (graphData: unknown = webhookGraph(['hook']), identity = me) =>
  (
    await service.call('svc.deployments.create-pattern', {
      identity,
      fields: { name: 'Orders', description: 'takes orders', graphData },
    })
  ).id;
const save = (id: string, graphData: unknown) =>
  service.call('svc.deployments.update-pattern', { identity: me, id, fields: { graphData } });
const deploy = (patternId: string, identity = me) =>
  service.call('svc.deployments.deploy-pattern', { identity, patternId });
const undeploy = (patternId: string, identity = me) =>
  service.call('svc.deployments.undeploy-pattern', { identity, patternId });
const ofPattern = (patternId: string, identity = me) =>
  service.call('svc.deployments.get-pattern-deployment', { identity, patternId });
const get = (id: string, identity = me) =>
  service.call('svc.deployments.get-deployment', { identity, id });
const steer = (
  verb: 'pause-deployment' | 'resume-deployment' | 'redeploy',
  id: string,
  identity = me,
) => service.call(`svc.deployments.${verb}`, { identity, id });
const target = async (deploymentId: string, project = me.project) =>
  (await service.call('svc.deployments.resolve-deployment', { project, deploymentId })).target;
const programOf = async (deploymentId: string) => {
  const versionId = (await target(deploymentId))?.versionId ?? '';
  return (await service.call('svc.deployments.get-program', { versionId })).program;
};
const MISSING = 'dep_01h455vb4pex5vsknk084sn02q';

describe('deploy-pattern', () => {
  it('makes the saved graph version 1 and live', async () => {
    const patternId = await newPattern();
    const deployment = await deploy(patternId);
    expect(deployment).toEqual({
      id: expect.stringMatching(/^dep_[0-9a-z]{26}$/) as string,
      patternId,
      patternName: 'Orders',
      patternDescription: 'takes orders',
      status: 'active',
      triggers: [{ type: 'OnWebhook', nodeId: 'hook' }],
      schedules: [],
      nextRunAt: null,
      versionNumber: 1,
      confirmedAt: deployment.createdAt,
      createdAt: deployment.updatedAt,
      updatedAt: expect.stringMatching(/\.\d{3}Z$/) as string,
    });
    expect(await get(deployment.id)).toEqual(deployment);
    expect(await ofPattern(patternId)).toEqual(deployment);
    const pattern = await service.call('svc.deployments.get-pattern', {
      identity: me,
      id: patternId,
    });
    expect(pattern.versionNumber).toBe(1);
  });

  it('answers whoever starts runs with version, triggers and the rules of its runs', async () => {
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    expect(await target(id)).toEqual({
      project: me.project,
      deploymentId: id,
      status: 'active',
      pattern: { id: patternId, name: 'Orders' },
      versionId: expect.stringMatching(/^ver_/) as string,
      version: 1,
      triggers: [{ type: 'OnWebhook', nodeId: 'hook' }],
      policy: {
        maxAttempts: 1,
        retry: { strategy: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
        timeout: { ms: 12_000, scope: 'run' },
        deadLetterFrom: 4,
        maxCrashesWithoutProgress: 5,
      },
    });
  });

  it('keeps the id and counts the version when deployed again; saving alone changes nothing live', async () => {
    const patternId = await newPattern();
    const first = await deploy(patternId);
    const firstProgram = await programOf(first.id);
    await save(patternId, webhookGraph(['hook', 'second']));
    expect(await programOf(first.id)).toEqual(firstProgram);
    expect((await get(first.id)).triggers).toHaveLength(1);
    const second = await deploy(patternId);
    expect(second).toMatchObject({ id: first.id, versionNumber: 2, createdAt: first.createdAt });
    expect(second.triggers.map(({ nodeId }) => nodeId)).toEqual(['hook', 'second']);
    const secondProgram = await programOf(first.id);
    expect(secondProgram?.versionId).not.toBe(firstProgram?.versionId);
    expect(secondProgram?.code).toContain('second');
    const kept = await service.call('svc.deployments.get-program', {
      versionId: firstProgram?.versionId ?? '',
    });
    expect(kept.program).toEqual(firstProgram);
  });

  it('of a graph that does not compile tells all errors and leaves the live version alone', async () => {
    const patternId = await newPattern();
    const live = await deploy(patternId);
    await save(patternId, BROKEN_GRAPH);
    await expect(deploy(patternId)).rejects.toMatchObject({
      code: 'TRANSPILE_FAILED',
      details: {
        errors: expect.arrayContaining([
          expect.objectContaining({ nodeId: 'a', code: 'UNKNOWN_NODE' }),
          expect.objectContaining({ code: 'NO_TRIGGER' }),
        ]) as unknown,
      },
    });
    expect(await get(live.id)).toEqual(live);
    expect((await programOf(live.id))?.code).toContain('hook');
    await save(patternId, webhookGraph(['hook']));
    expect((await deploy(patternId)).versionNumber).toBe(2);
  });

  it('gives each of many simultaneous deploys a version of its own, without gaps', async () => {
    const patternId = await newPattern();
    const deploys = await Promise.all(Array.from({ length: 8 }, () => deploy(patternId)));
    expect(new Set(deploys.map(({ id }) => id)).size).toBe(1);
    expect(deploys.map(({ versionNumber }) => versionNumber).sort()).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    const last = await ofPattern(patternId);
    expect(last.versionNumber).toBe(8);
    const resolved = await target(last.id);
    expect(resolved?.version).toBe(8);
  });

  it('never mixes a simultaneous save into a deploy', async () => {
    const patternId = await newPattern();
    const graphs = [webhookGraph(['one']), webhookGraph(['two'])];
    for (let round = 0; round < 5; round += 1) {
      const [deployment] = await Promise.all([
        deploy(patternId),
        save(patternId, graphs[round % 2]),
      ]);
      const program = await programOf(deployment.id);
      for (const { nodeId } of deployment.triggers) expect(program?.code).toContain(nodeId);
    }
  });

  it('refuses an environment that does not exist', async () => {
    const patternId = await newPattern();
    const request = { identity: me, patternId, environmentId: 'env_abc123' };
    await expect(service.call('svc.deployments.deploy-pattern', request)).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field: 'environmentId' },
    });
    await expect(ofPattern(patternId)).rejects.toEqual(refusal('NOT_DEPLOYED'));
  });
});

describe('undeploy-pattern', () => {
  it('stops it, keeps its history, and hides it from the list', async () => {
    const owner = await service.newcomer();
    const patternId = await newPattern(undefined, owner);
    const { id } = await deploy(patternId, owner);
    expect(await undeploy(patternId, owner)).toEqual({ status: 'undeployed' });
    expect((await ofPattern(patternId, owner)).status).toBe('undeployed');
    expect((await get(id, owner)).status).toBe('undeployed');
    const page = await service.call('svc.deployments.list-deployments', {
      identity: owner,
      page: 1,
      limit: 20,
    });
    expect(page).toEqual({ items: [], total: 0 });
    const counted = await service.call('svc.deployments.count-deployments', { identity: owner });
    expect(counted).toEqual({ active: 0, paused: 0, failed: 0 });
    expect(await deploy(patternId, owner)).toMatchObject({
      id,
      status: 'active',
      versionNumber: 2,
    });
  });

  it('needs something deployed', async () => {
    const patternId = await newPattern();
    await expect(undeploy(patternId)).rejects.toEqual(refusal('NOT_DEPLOYED'));
    await deploy(patternId);
    await undeploy(patternId);
    await expect(undeploy(patternId)).rejects.toEqual(refusal('NOT_DEPLOYED'));
  });
});

describe('pause, resume, redeploy', () => {
  it('pauses with a reason, and resumes without one', async () => {
    const { id } = await deploy(await newPattern());
    const paused = await steer('pause-deployment', id);
    expect(paused).toMatchObject({ status: 'paused', pausedReason: 'manual' });
    expect(paused.pausedAt).toBe(paused.updatedAt);
    expect((await target(id))?.status).toBe('paused');
    const resumed = await steer('resume-deployment', id);
    expect(resumed.status).toBe('active');
    expect(resumed).not.toHaveProperty('pausedReason');
    expect(resumed).not.toHaveProperty('pausedAt');
  });

  it('refuses what does not fit the state', async () => {
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    await expect(steer('resume-deployment', id)).rejects.toEqual(refusal('NOT_PAUSED'));
    await steer('pause-deployment', id);
    await expect(steer('pause-deployment', id)).rejects.toEqual(refusal('ALREADY_PAUSED'));
    await undeploy(patternId);
    await expect(steer('pause-deployment', id)).rejects.toEqual(refusal('DEPLOYMENT_NOT_ACTIVE'));
    await expect(steer('resume-deployment', id)).rejects.toEqual(refusal('NOT_PAUSED'));
    await expect(steer('redeploy', id)).rejects.toEqual(refusal('NOTHING_TO_REDEPLOY'));
  });

  it('makes a paused deployment active by redeploying the code it has', async () => {
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    const before = await programOf(id);
    await save(patternId, BROKEN_GRAPH);
    await steer('pause-deployment', id);
    const redeployed = await steer('redeploy', id);
    expect(redeployed).toMatchObject({ status: 'active', versionNumber: 1 });
    expect(redeployed.confirmedAt).toBe(redeployed.updatedAt);
    expect(await programOf(id)).toEqual(before);
  });

  it('lets one of many simultaneous pauses win', async () => {
    const { id } = await deploy(await newPattern());
    const pauses = await Promise.allSettled(
      Array.from({ length: 6 }, () => steer('pause-deployment', id)),
    );
    expect(pauses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const pause of pauses) {
      if (pause.status === 'rejected') expect(pause.reason).toEqual(refusal('ALREADY_PAUSED'));
    }
  });

  it('tells the caches which deployment and which webhooks have changed', async () => {
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    const before = service.notices.length;
    await steer('pause-deployment', id);
    await waitFor(() => service.notices[before], { what: 'the notice' });
    expect(service.notices[before]).toEqual({
      project: me.project,
      deploymentIds: [id],
      webhookIds: [expect.stringMatching(/^whk_[0-9a-f]{32}$/), patternId],
      apiKeyHashes: [],
    });
  });
});

describe('list-deployments', () => {
  it('filters by status, pages newest first, and counts', async () => {
    const owner = await service.newcomer();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      ids.unshift((await deploy(await newPattern(undefined, owner), owner)).id);
    }
    const [newest = '', middle = ''] = ids;
    await steer('pause-deployment', middle, owner);
    const list = (rest: {
      status?: 'active' | 'paused' | 'failed';
      page?: number;
      limit?: number;
    }) =>
      service.call('svc.deployments.list-deployments', {
        identity: owner,
        page: 1,
        limit: 20,
        ...rest,
      });
    expect((await list({})).items.map(({ id }) => id)).toEqual(ids);
    expect(await list({ status: 'paused' })).toMatchObject({ items: [{ id: middle }], total: 1 });
    expect(await list({ status: 'failed' })).toEqual({ items: [], total: 0 });
    expect(await list({ limit: 1 })).toMatchObject({ items: [{ id: newest }], total: 3 });
    expect((await list({ limit: 2, page: 2 })).items.map(({ id }) => id)).toEqual([ids[2]]);
    expect(await list({ page: 9 })).toEqual({ items: [], total: 3 });
    const counted = await service.call('svc.deployments.count-deployments', { identity: owner });
    expect(counted).toEqual({ active: 2, paused: 1, failed: 0 });
    for (const wrong of [{ status: 'undeployed' }, { page: 0 }, { limit: 101 }, { limit: 1.5 }]) {
      await expect(list(wrong as never)).rejects.toEqual(refusal('VALIDATION'));
    }
  });
});

describe('another project', () => {
  it('meets a deployment as if it did not exist', async () => {
    const stranger = await service.newcomer();
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    const missing = await get(MISSING, stranger).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'NOT_FOUND', message: 'Deployment not found' });
    const endpoints = (deploymentId: string) =>
      service.call('svc.deployments.list-webhook-endpoints', { identity: stranger, deploymentId });
    for (const attempt of [
      () => get(id, stranger),
      () => get('dep_\u0000', stranger),
      () => steer('pause-deployment', id, stranger),
      () => steer('pause-deployment', MISSING, stranger),
      () => steer('resume-deployment', id, stranger),
      () => steer('redeploy', id, stranger),
      () => endpoints(id),
      () => endpoints(MISSING),
    ]) {
      await expect(attempt()).rejects.toEqual(missing);
    }
    for (const attempt of [undeploy(patternId, stranger), ofPattern(patternId, stranger)]) {
      await expect(attempt).rejects.toMatchObject({
        code: 'PATTERN_NOT_FOUND',
        message: 'Pattern not found',
      });
    }
    expect(await target(id, stranger.project)).toBeNull();
    expect(await target(MISSING)).toBeNull();
    expect(await target('\u0000')).toBeNull();
    expect((await get(id)).status).toBe('active');
  });
});

describe('permissions', () => {
  it('let an operator steer but not deploy, a viewer look', async () => {
    const patternId = await newPattern();
    const { id } = await deploy(patternId);
    const as = (role: 'operator' | 'viewer') => ({ ...me, role }) as Identity;
    await expect(deploy(patternId, as('operator'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { permission: 'deployments.deploy' },
    });
    await expect(undeploy(patternId, as('operator'))).rejects.toEqual(refusal('FORBIDDEN'));
    expect((await steer('pause-deployment', id, as('operator'))).status).toBe('paused');
    for (const verb of ['pause-deployment', 'resume-deployment', 'redeploy'] as const) {
      await expect(steer(verb, id, as('viewer'))).rejects.toMatchObject({
        details: { permission: 'deployments.operate' },
      });
    }
    expect((await get(id, as('viewer'))).id).toBe(id);
    expect((await ofPattern(patternId, as('viewer'))).id).toBe(id);
    const nobody: Identity = { kind: 'api_key', id: 'k', project: me.project, scopes: [] };
    await expect(get(id, nobody)).rejects.toEqual(refusal('FORBIDDEN'));
    await expect(ofPattern(patternId, nobody)).rejects.toEqual(refusal('FORBIDDEN'));
  });
});

describe('get-program', () => {
  it('knows no version that was never made', async () => {
    for (const versionId of ['ver_01h455vb4pex5vsknk084sn02q', 'x', '\u0000']) {
      const { program } = await service.call('svc.deployments.get-program', { versionId });
      expect(program).toBeNull();
    }
  });
});
