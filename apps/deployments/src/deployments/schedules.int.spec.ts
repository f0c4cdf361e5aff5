import type { Identity } from '@runnel/auth';
import type { ScheduledDeployment } from '@runnel/messaging';

import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';
import { refusal, webhookGraph } from '../testing/graphs.contract';

let service: DeploymentsService;
let me: Identity;
beforeAll(async () => {
  service = await startDeployments();
  me = await service.newcomer();
});
afterAll(() => service.stop());

const node = (id: string, schedule: string, timezone?: string) => ({
  id,
  type: 'OnSchedule',
  position: { x: 0, y: 0 },
  data: { properties: { schedule, ...(timezone !== undefined && { timezone }) } },
});
const scheduled = {
  nodes: [node('nine', '0 9 * * MON-FRI', 'Europe/Berlin'), node('often', '*/5 * * * *')],
  edges: [],
  variables: [],
};
const deploy = async (graphData: unknown = scheduled, identity = me) => {
  const { id } = await service.call('svc.deployments.create-pattern', {
    identity,
    fields: { name: 'Report', graphData },
  });
  return service.call('svc.deployments.deploy-pattern', { identity, patternId: id });
};
const get = (id: string) => service.call('svc.deployments.get-deployment', { identity: me, id });
const update = (
  deploymentId: string,
  change: { cronExpression: string; timezone?: string; nodeId?: string },
  identity = me,
) => service.call('svc.deployments.update-schedule', { identity, deploymentId, ...change });
const preview = (
  deploymentId: string,
  request: { count: number; from?: string; nodeId?: string },
  identity = me,
) => service.call('svc.deployments.preview-schedule', { identity, deploymentId, ...request });
const listed = async (): Promise<readonly ScheduledDeployment[]> => {
  const all: ScheduledDeployment[] = [];
  for (let after: string | null = ''; after !== null;) {
    const page: { items: readonly ScheduledDeployment[]; next: string | null } = await service.call(
      'svc.deployments.list-schedules',
      { after },
    );
    all.push(...page.items);
    after = page.next;
  }
  return all;
};
const ofDeployment = async (id: string) =>
  (await service.call('svc.deployments.list-schedules', { deploymentIds: [id] })).items[0];
const MISSING = 'dep_01h455vb4pex5vsknk084sn02q';
const noon = { cronExpression: '0 12 * * *' };

describe('a deployment with schedules', () => {
  it('shows them with their next ticks, the first of them on top', async () => {
    const deployment = await deploy();
    const [nine, often] = deployment.schedules;
    expect(nine).toMatchObject({
      nodeId: 'nine',
      cronExpression: '0 9 * * MON-FRI',
      timezone: 'Europe/Berlin',
      overridden: false,
    });
    expect(often).toMatchObject({ cronExpression: '*/5 * * * *', timezone: 'UTC' });
    expect(deployment.triggers[0]).toEqual({
      type: 'OnSchedule',
      nodeId: 'nine',
      cronExpression: '0 9 * * MON-FRI',
      timezone: 'Europe/Berlin',
      nextRunAt: nine?.nextRunAt,
    });
    expect(deployment.nextRunAt).toBe([nine?.nextRunAt, often?.nextRunAt].sort()[0]);
    expect(Date.parse(deployment.nextRunAt ?? '')).toBeGreaterThan(Date.now());
  });

  it('that is paused will run by itself no more', async () => {
    const { id } = await deploy();
    await service.call('svc.deployments.pause-deployment', { identity: me, id });
    const { nextRunAt, schedules } = await get(id);
    expect([nextRunAt, ...schedules.map((schedule) => schedule.nextRunAt)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is not made from a bad expression', async () => {
    const graph = { ...scheduled, nodes: [node('bad', '61 * * * *')] };
    await expect(deploy(graph)).rejects.toMatchObject({
      code: 'TRANSPILE_FAILED',
      details: { errors: [{ nodeId: 'bad', code: 'BAD_PROPERTY' }] },
    });
  });
});

describe('update-schedule', () => {
  it('holds until the next deploy, for pause and redeploy too, and is told', async () => {
    const { id, patternId } = await deploy();
    const before = service.notices.length;
    const answer = await update(id, { ...noon, timezone: 'Asia/Kathmandu' });
    expect(answer).toMatchObject({ ...noon, timezone: 'Asia/Kathmandu' });
    expect(answer.nextRunAt).toMatch(/T06:15:00\.000Z$/);
    expect(service.notices.slice(before)).toEqual([
      { project: me.project, deploymentIds: [id], webhookIds: [], apiKeyHashes: [] },
    ]);
    await service.call('svc.deployments.redeploy', { identity: me, id });
    const { schedules } = await get(id);
    expect(schedules).toHaveLength(2);
    for (const schedule of schedules) {
      expect(schedule).toMatchObject({ ...noon, timezone: 'Asia/Kathmandu', overridden: true });
    }
    await service.call('svc.deployments.deploy-pattern', { identity: me, patternId });
    expect((await get(id)).schedules.map(({ cronExpression }) => cronExpression)).toEqual([
      '0 9 * * MON-FRI',
      '*/5 * * * *',
    ]);
  });

  it('of one node leaves the other, and is in UTC when no zone is named', async () => {
    const { id } = await deploy();
    await update(id, { ...noon, nodeId: 'nine' });
    expect((await get(id)).schedules).toMatchObject([
      { nodeId: 'nine', ...noon, timezone: 'UTC', overridden: true },
      { nodeId: 'often', cronExpression: '*/5 * * * *', overridden: false },
    ]);
  });

  it('refuses what cannot be', async () => {
    const { id } = await deploy();
    const hook = await deploy(webhookGraph(['hook']));
    const foreign = await deploy(scheduled, await service.newcomer());
    await expect(update(id, { cronExpression: 'x' })).rejects.toThrow(refusal('VALIDATION'));
    await expect(update(id, { ...noon, timezone: 'x' })).rejects.toThrow(refusal('VALIDATION'));
    await expect(update(id, { ...noon, nodeId: 'x' })).rejects.toThrow(refusal('VALIDATION'));
    await expect(update(hook.id, noon)).rejects.toThrow(refusal('NO_SCHEDULE'));
    for (const missing of [foreign.id, MISSING, 'no-id']) {
      await expect(update(missing, noon)).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(preview(missing, { count: 1 })).rejects.toThrow(refusal('NOT_FOUND'));
    }
  });

  it('asks for the right to operate; a look at what comes does not', async () => {
    const { id } = await deploy();
    const viewer: Identity = { ...(await service.newcomer('viewer')), project: me.project };
    await expect(update(id, noon, viewer)).rejects.toThrow(refusal('FORBIDDEN'));
    expect((await preview(id, { count: 1 }, viewer)).ticks).toHaveLength(1);
  });
});

describe('preview-schedule', () => {
  it('shows the ticks after a time, over a change of the clocks', async () => {
    const { id } = await deploy();
    const request = { count: 2, from: '2026-03-27T12:00:00+01:00', nodeId: 'nine' };
    expect(await preview(id, request)).toEqual({
      from: '2026-03-27T11:00:00.000Z',
      ticks: ['2026-03-30T07:00:00.000Z', '2026-03-31T07:00:00.000Z'].map((scheduledFor) => ({
        nodeId: 'nine',
        scheduledFor,
        localTime: `${scheduledFor.slice(0, 10)}T09:00:00+02:00`,
        timezone: 'Europe/Berlin',
      })),
    });
  });

  it.each([
    { count: 0 },
    { count: 101 },
    { count: 1, from: 'yesterday' },
    { count: 1, from: '9999-01-01T00:00:00Z' },
    { count: 1, from: '2026-13-01T00:00:00Z' },
  ])('refuses %j', async (request) => {
    const { id } = await deploy();
    await expect(preview(id, request)).rejects.toThrow(refusal('VALIDATION'));
  });
});

describe('list-schedules', () => {
  it('tells those of all projects that are active, and since when they count', async () => {
    const mine = await deploy();
    const theirs = await deploy(scheduled, await service.newcomer());
    const hook = await deploy(webhookGraph(['hook']));
    const found = new Map((await listed()).map((item) => [item.target.deploymentId, item]));
    expect(found.has(theirs.id)).toBe(true);
    expect(found.has(hook.id)).toBe(false);
    const item = found.get(mine.id);
    expect(item?.target).toMatchObject({ project: me.project, status: 'active', version: 1 });
    expect(item?.schedules).toEqual([
      {
        nodeId: 'nine',
        cronExpression: '0 9 * * MON-FRI',
        timezone: 'Europe/Berlin',
        since: mine.createdAt,
      },
      { nodeId: 'often', cronExpression: '*/5 * * * *', timezone: 'UTC', since: mine.createdAt },
    ]);
  });

  it('leaves out what is paused, and counts anew when it is resumed', async () => {
    const { id, createdAt } = await deploy();
    await service.call('svc.deployments.pause-deployment', { identity: me, id });
    expect(await ofDeployment(id)).toBeUndefined();
    const resumed = await service.call('svc.deployments.resume-deployment', { identity: me, id });
    const since = (await ofDeployment(id))?.schedules[0]?.since ?? '';
    expect(since).toBe(resumed.updatedAt);
    expect(since > createdAt).toBe(true);
  });

  it('stays within what NATS carries, however long and many the schedules are', async () => {
    const long = 'x'.repeat(120);
    const cron = `${'0,'.repeat(120)}0 0 1 1 *`;
    const nodes = Array.from({ length: 50 }, (_, n) =>
      node(`${n}${'\u{1f55b}'.repeat(60)}`, cron, 'America/Argentina/ComodRivadavia'),
    );
    const hooks = webhookGraph(Array.from({ length: 200 }, (_, n) => `${n}${long}`));
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      ids.push((await deploy({ ...hooks, nodes: [...nodes, ...hooks.nodes] })).id);
    }
    const all = (await listed()).map(({ target }) => target.deploymentId);
    expect(ids.every((id) => all.includes(id))).toBe(true);
  });

  it('has pages', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 52; n += 1) ids.add((await deploy()).id);
    const all = (await listed()).map(({ target }) => target.deploymentId);
    expect(all).toEqual([...new Set(all)].sort());
    expect([...ids].every((id) => all.includes(id))).toBe(true);
  });
});
