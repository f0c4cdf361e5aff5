import type { Identity } from '@runnel/auth';
import type { PatternFields, RequestOf } from '@runnel/messaging';
import { waitFor } from '@runnel/testing';

import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';
import { BROKEN_GRAPH, refusal, webhookGraph } from '../testing/graphs.contract';

let service: DeploymentsService;
let me: Identity;
beforeAll(async () => {
  service = await startDeployments();
  me = await service.newcomer();
});
afterAll(() => service.stop());

const create = (fields: PatternFields = {}, identity = me) =>
  service.call('svc.deployments.create-pattern', { identity, fields: { name: 'p', ...fields } });
const get = (id: string, identity = me) =>
  service.call('svc.deployments.get-pattern', { identity, id });
const update = (
  id: string,
  fields: PatternFields,
  rest: { ifUpdatedAt?: string } = {},
  identity = me,
) => service.call('svc.deployments.update-pattern', { identity, id, fields, ...rest });
const remove = (id: string, force = false, identity = me) =>
  service.call('svc.deployments.delete-pattern', { identity, id, force });
const deploy = (patternId: string, identity = me) =>
  service.call('svc.deployments.deploy-pattern', { identity, patternId });
const list = (
  query: Partial<RequestOf<'svc.deployments.list-patterns'>> = {},
  identity: Identity = me,
) =>
  service.call('svc.deployments.list-patterns', {
    identity,
    limit: 20,
    offset: 0,
    sortBy: 'updatedAt',
    sortOrder: 'desc',
    ...query,
  });
const hook = (id: string) => ({ id, type: 'OnWebhook', data: {} });
const MISSING = 'pat_01h455vb4pex5vsknk084sn02q';

describe('create-pattern', () => {
  it('starts with an empty graph, private, never deployed', async () => {
    const pattern = await create({ name: '  Orders  ' });
    expect(pattern).toEqual({
      id: expect.stringMatching(/^pat_[0-9a-z]{26}$/) as string,
      name: 'Orders',
      description: null,
      isPublic: false,
      isTemplate: false,
      tags: [],
      graphData: { nodes: [], edges: [], variables: [] },
      versionNumber: 0,
      ownerId: me.id,
      createdAt: pattern.updatedAt,
      updatedAt: expect.stringMatching(/\.\d{3}Z$/) as string,
    });
    expect(await get(pattern.id)).toEqual(pattern);
  });

  it('gives back a graph as it was sent, unknown keys and odd text included', async () => {
    const graphData = {
      zoom: 1.5,
      nodes: [
        {
          id: 'b',
          type: 'Log',
          position: { x: 1, y: 2 },
          style: { color: 'red' },
          data: { label: 'nul \u0000 lone \ud800 emoji 🔑', defaults: { z: 1, a: 2 } },
        },
      ],
      edges: [],
    };
    const { id } = await create({ graphData });
    const stored = (await get(id)).graphData;
    expect(stored).toEqual(graphData);
    expect(JSON.stringify(stored)).toBe(JSON.stringify(graphData));
  });

  it.each<[string, Record<string, unknown>]>([
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(256) }],
    ['name', { name: 'a\u0000b' }],
    ['name', { name: 7 }],
    ['name', { name: 'half \ud800' }],
    ['description', { description: '\udbff' }],
    ['tags.0', { tags: ['\ud800'] }],
    // Two names that would be one when they are stored.
    ['graphData', { graphData: { nodes: ['\ud800', '\udbff'].map(hook) } }],
    ['description', { description: 'x'.repeat(10_001) }],
    ['description', { description: '\u0000' }],
    ['isPublic', { isPublic: 'yes' }],
    ['tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }],
    ['tags', { tags: 'one' }],
    ['tags.0', { tags: ['x'.repeat(65)] }],
    ['tags.1', { tags: ['ok', ''] }],
    ['graphData', { graphData: 'text' }],
    ['graphData', { graphData: { nodes: {} } }],
    ['graphData', { graphData: { nodes: [{ id: '__proto__', type: 'Log' }] } }],
  ])('refuses a wrong %s (%#)', async (field, fields) => {
    await expect(create(fields)).rejects.toMatchObject({
      code: 'VALIDATION',
      kind: 'invalid_input',
      message: expect.stringContaining(field) as string,
      details: { field },
    });
  });

  it('says that a name is required in the words of the contract', async () => {
    const request = { identity: me, fields: {} as { name: string } };
    await expect(service.call('svc.deployments.create-pattern', request)).rejects.toMatchObject({
      message: 'name is required',
    });
  });

  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  it.each([
    ['too many nodes', { nodes: Array.from({ length: 1_001 }, (_, i) => ({ id: `n${i}` })) }],
    [
      'too much text',
      {
        nodes: [],
        note: Array.from({ length: 30 }, () => 'x'.repeat(30_000)).concat('y'.repeat(150_000)),
      },
    ],
    ['too deep nesting', { nodes: [], note: nested(70) }],
  ])('refuses a graph of %s', async (_, graphData) => {
    await expect(create({ graphData })).rejects.toEqual(refusal('PAYLOAD_TOO_LARGE'));
  });

  it('accepts what is just within the limits', async () => {
    const tags = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(64, 'x'));
    const pattern = await create({ name: 'n'.repeat(255), tags });
    expect(pattern.tags).toEqual(tags);
  });
});

describe('get-pattern', () => {
  it('shows a public pattern to others, and nothing else of theirs', async () => {
    const stranger = await service.newcomer();
    const shown = await create({ isPublic: true, graphData: webhookGraph(['hook']) });
    const hidden = await create({ isTemplate: true });
    expect(await get(shown.id, stranger)).toEqual(shown);
    const refused = await get(hidden.id, stranger).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'PATTERN_NOT_FOUND', message: 'Pattern not found' });
    await expect(get(MISSING, stranger)).rejects.toEqual(refused);
    await expect(get('pat_x', stranger)).rejects.toEqual(refused);
    await expect(get('\u0000', stranger)).rejects.toEqual(refused);
  });
});

describe('another project', () => {
  it('can neither change, delete nor deploy a pattern, public or not', async () => {
    const stranger = await service.newcomer();
    const { id } = await create({ isPublic: true, graphData: webhookGraph(['hook']) });
    const notFound = await get(MISSING, stranger).catch((error: unknown) => error);
    for (const attempt of [
      () => update(id, { name: 'mine' }, {}, stranger),
      () => update(MISSING, { name: 'mine' }, {}, stranger),
      () => remove(id, true, stranger),
      () => remove(MISSING, true, stranger),
      () => deploy(id, stranger),
      () => deploy(MISSING, stranger),
    ]) {
      await expect(attempt()).rejects.toEqual(notFound);
    }
    expect((await get(id)).name).toBe('p');
    expect((await list({}, stranger)).total).toBe(0);
  });
});

describe('update-pattern', () => {
  it('changes what is named and leaves the rest', async () => {
    const before = await create({ description: 'old', tags: ['a'], isPublic: true });
    const after = await update(before.id, { description: null, tags: ['b', 'b', 'c'] });
    expect(after).toEqual({
      ...before,
      description: null,
      tags: ['b', 'c'],
      updatedAt: after.updatedAt,
    });
    expect(await get(before.id)).toEqual(after);
  });

  it('refuses a save on what somebody else has changed meanwhile', async () => {
    const { id, updatedAt } = await create();
    const first = await update(id, { name: 'first' }, { ifUpdatedAt: updatedAt });
    await expect(update(id, { name: 'second' }, { ifUpdatedAt: updatedAt })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { updatedAt: first.updatedAt },
    });
    await expect(update(id, { name: 'x' }, { ifUpdatedAt: 'yesterday' })).rejects.toEqual(
      refusal('VALIDATION'),
    );
    expect((await get(id)).name).toBe('first');
  });

  it('lets one of many simultaneous saves of the same state win', async () => {
    const { id, updatedAt } = await create();
    const saves = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        update(id, { name: `save ${i}` }, { ifUpdatedAt: updatedAt }),
      ),
    );
    const winners = saves.filter((save) => save.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const save of saves) {
      if (save.status === 'rejected') expect(save.reason).toEqual(refusal('CONFLICT'));
    }
    expect(await get(id)).toEqual(winners[0]?.value);
  });

  it('tells any two saves apart by their time, however fast they come', async () => {
    const { id } = await create();
    const saves = await Promise.all(
      Array.from({ length: 10 }, (_, i) => update(id, { name: `save ${i}` })),
    );
    expect(new Set(saves.map((save) => save.updatedAt)).size).toBe(10);
  });
});

describe('delete-pattern', () => {
  it('is refused while the pattern is deployed, unless forced', async () => {
    const { id } = await create({ graphData: webhookGraph(['hook']) });
    const deployment = await deploy(id);
    await expect(remove(id)).rejects.toMatchObject({
      code: 'PATTERN_DEPLOYED',
      details: { deploymentId: deployment.id },
    });
    expect(await remove(id, true)).toEqual({});
    await expect(get(id)).rejects.toEqual(refusal('PATTERN_NOT_FOUND'));
    const gone = service.call('svc.deployments.get-deployment', {
      identity: me,
      id: deployment.id,
    });
    await expect(gone).rejects.toEqual(refusal('NOT_FOUND'));
  });

  it('leaves the code of what was deployed, for runs that are under way', async () => {
    const { id } = await create({ graphData: webhookGraph(['hook']) });
    const deployment = await deploy(id);
    const { target } = await service.call('svc.deployments.resolve-deployment', {
      project: me.project,
      deploymentId: deployment.id,
    });
    await remove(id, true);
    const { program } = await service.call('svc.deployments.get-program', {
      versionId: target?.versionId ?? '',
    });
    expect(program?.code).toContain('run');
  });

  it('needs no force once the pattern is undeployed, and tells the caches what is gone', async () => {
    const { id } = await create({ graphData: webhookGraph(['hook']) });
    const deployment = await deploy(id);
    await service.call('svc.deployments.undeploy-pattern', { identity: me, patternId: id });
    const [endpoint] = await service.sql<{ webhook_id: string }>(
      'SELECT webhook_id FROM deployments.webhook_endpoint WHERE pattern_id = $1',
      [id],
    );
    const before = service.notices.length;
    await remove(id);
    await waitFor(() => service.notices[before], { what: 'the notice' });
    expect(service.notices[before]).toEqual({
      project: me.project,
      deploymentIds: [deployment.id],
      webhookIds: [endpoint?.webhook_id, id],
      apiKeyHashes: [],
    });
  });
});

describe('list-patterns', () => {
  let owner: Identity;
  const names = async (query: Partial<RequestOf<'svc.deployments.list-patterns'>>) =>
    (await list({ sortBy: 'name', sortOrder: 'asc', ...query }, owner)).items.map(
      ({ name }) => name,
    );

  beforeAll(async () => {
    owner = await service.newcomer();
    await create({ name: 'alpha 50% off', tags: ['shop', 'mail'], isPublic: true }, owner);
    await create({ name: 'Beta_shop', tags: ['shop'], isTemplate: true }, owner);
    await create({ name: 'gamma', tags: [] }, owner);
    await create({ name: 'somebody else', isPublic: true });
  });

  it('shows the project its own, newest first, without drawings', async () => {
    const { items, total } = await list({}, owner);
    expect(total).toBe(3);
    expect(items.map(({ name }) => name)).toEqual(['gamma', 'Beta_shop', 'alpha 50% off']);
    for (const item of items) expect(item).not.toHaveProperty('graphData');
  });

  it('finds by part of the name, in any case, with no wildcards', async () => {
    expect(await names({ search: 'BETA' })).toEqual(['Beta_shop']);
    expect(await names({ search: '%' })).toEqual(['alpha 50% off']);
    expect(await names({ search: '_' })).toEqual(['Beta_shop']);
    expect(await names({ search: '\\' })).toEqual([]);
    expect(await names({ search: "'; DROP TABLE deployments.pattern; --" })).toEqual([]);
  });

  it('filters by tags (all of them), public and template', async () => {
    expect(await names({ tags: ['shop'] })).toEqual(['Beta_shop', 'alpha 50% off']);
    expect(await names({ tags: ['shop', 'mail'] })).toEqual(['alpha 50% off']);
    expect(await names({ tags: [] })).toHaveLength(3);
    expect(await names({ isPublic: true })).toEqual(['alpha 50% off']);
    expect(await names({ isTemplate: false, isPublic: false })).toEqual(['gamma']);
  });

  it('pages, and counts all', async () => {
    const page = await list({ sortBy: 'createdAt', sortOrder: 'asc', limit: 1, offset: 1 }, owner);
    expect(page.total).toBe(3);
    expect(page.items.map(({ name }) => name)).toEqual(['Beta_shop']);
    expect(await list({ offset: 50 }, owner)).toEqual({ items: [], total: 3 });
  });

  it.each<[string, Record<string, unknown>]>([
    ['limit', { limit: 0 }],
    ['limit', { limit: 101 }],
    ['offset', { offset: -1 }],
    ['sortBy', { sortBy: 'owner_id; --' }],
    ['sortOrder', { sortOrder: 'up' }],
    ['search', { search: '\u0000' }],
  ])('refuses a wrong %s (%#)', async (field, query) => {
    await expect(list(query, owner)).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field },
    });
  });
});

describe('transpile', () => {
  const transpile = (graphData: unknown, identity = me) =>
    service.call('svc.deployments.transpile', {
      identity,
      graphData,
      trace: false,
      breakpoints: [],
      pinnedNodes: {},
    });

  it('gives the same readable program for the same graph, and saves nothing', async () => {
    const before = await list();
    const first = await transpile(webhookGraph(['hook']));
    expect(first.code).toContain('async function run');
    expect(first.warnings).toEqual([]);
    expect(await transpile(webhookGraph(['hook']))).toEqual(first);
    expect(await list()).toEqual(before);
  });

  it('tells everything that is wrong with a graph', async () => {
    await expect(transpile(BROKEN_GRAPH)).rejects.toMatchObject({
      code: 'TRANSPILE_FAILED',
      kind: 'domain',
      details: {
        errors: expect.arrayContaining([
          expect.objectContaining({ nodeId: 'a', code: 'UNKNOWN_NODE' }),
          expect.objectContaining({ code: 'NO_TRIGGER' }),
        ]) as unknown,
        warnings: [],
      },
    });
  });

  it('refuses what is not a graph', async () => {
    await expect(transpile([])).rejects.toEqual(refusal('VALIDATION'));
    await expect(transpile(undefined)).rejects.toEqual(refusal('VALIDATION'));
  });
});

describe('permissions', () => {
  it('let a viewer read and nothing else', async () => {
    const { id } = await create();
    const viewer: Identity = { ...me, role: 'viewer' } as Identity;
    expect((await get(id, viewer)).id).toBe(id);
    const attempts = {
      'patterns.create': create({}, viewer),
      'patterns.edit': update(id, { name: 'x' }, {}, viewer),
      'patterns.delete': remove(id, false, viewer),
    };
    for (const [permission, attempt] of Object.entries(attempts)) {
      await expect(attempt).rejects.toMatchObject({ code: 'FORBIDDEN', details: { permission } });
    }
    const key: Identity = { kind: 'api_key', id: 'key_1', project: me.project, scopes: ['runs:*'] };
    await expect(get(id, key)).rejects.toEqual(refusal('FORBIDDEN'));
    await expect(list({}, key)).rejects.toEqual(refusal('FORBIDDEN'));
  });
});
