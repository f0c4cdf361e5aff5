import type { Identity } from '@runnel/auth';
import type { SignatureMode } from '@runnel/messaging';
import { waitFor } from '@runnel/testing';

import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';
import { refusal, webhookGraph } from '../testing/graphs.contract';

let service: DeploymentsService;
let me: Identity;
beforeAll(async () => {
  service = await startDeployments();
  me = await service.newcomer();
});
afterAll(() => service.stop());

const newPattern = async (nodeIds = ['hook'], properties: Record<string, unknown> = {}) =>
  (
    await service.call('svc.deployments.create-pattern', {
      identity: me,
      fields: { name: 'Orders', graphData: webhookGraph(nodeIds, properties) },
    })
  ).id;
const save = (id: string, nodeIds: string[]) =>
  service.call('svc.deployments.update-pattern', {
    identity: me,
    id,
    fields: { graphData: webhookGraph(nodeIds) },
  });
const deploy = async (patternId: string) =>
  (await service.call('svc.deployments.deploy-pattern', { identity: me, patternId })).id;
const undeploy = (patternId: string) =>
  service.call('svc.deployments.undeploy-pattern', { identity: me, patternId });
const list = async (deploymentId: string, identity = me) =>
  (await service.call('svc.deployments.list-webhook-endpoints', { identity, deploymentId })).items;
const resolve = async (webhookId: string) =>
  (await service.call('svc.deployments.resolve-webhook', { webhookId })).target;
const regenerate = (deploymentId: string, endpointId: string, identity = me) =>
  service.call('svc.deployments.regenerate-webhook-secret', { identity, deploymentId, endpointId });
const update = (
  deploymentId: string,
  endpointId: string,
  changes: { signatureMode?: SignatureMode; requireTimestamp?: boolean },
  identity = me,
) =>
  service.call('svc.deployments.update-webhook-endpoint', {
    identity,
    deploymentId,
    endpointId,
    ...changes,
  });
const rowsOf = (patternId: string) =>
  service.sql<{
    id: string;
    node_id: string;
    webhook_id: string;
    active: boolean;
    secret_box: string;
  }>('SELECT * FROM deployments.webhook_endpoint WHERE pattern_id = $1 ORDER BY node_id', [
    patternId,
  ]);
const only = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items, not one`);
  return item;
};

describe('webhook endpoints', () => {
  it('are there from the first save, one per node, with URL and secret of their own', async () => {
    const rows = await rowsOf(await newPattern(['a', 'b']));
    expect(rows.map((row) => [row.node_id, row.active])).toEqual([
      ['a', true],
      ['b', true],
    ]);
    for (const row of rows) {
      expect(row.id).toMatch(/^wep_/);
      expect(row.webhook_id).toMatch(/^whk_[0-9a-f]{32}$/);
    }
    expect(rows[0]?.webhook_id).not.toBe(rows[1]?.webhook_id);
  });

  it('are shown in node order with alias, mode and secret', async () => {
    const id = await deploy(
      await newPattern(['second', 'first'], { webhookAlias: 'main', responseMode: 'lastNode' }),
    );
    const endpoints = await list(id);
    expect(endpoints.map(({ nodeId }) => nodeId)).toEqual(['second', 'first']);
    expect(endpoints[0]).toEqual({
      id: expect.stringMatching(/^wep_/) as string,
      nodeId: 'second',
      webhookAlias: 'main',
      webhookId: expect.stringMatching(/^whk_[0-9a-f]{32}$/) as string,
      webhookSecret: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      signatureMode: 'required',
      requireTimestamp: false,
      responseMode: 'last_node',
    });
  });

  it('lie encrypted in the table', async () => {
    const patternId = await newPattern();
    const { webhookSecret } = only(await list(await deploy(patternId)));
    const { secret_box: box } = only(await rowsOf(patternId));
    expect(box).toMatch(/^v1\./);
    expect(box).not.toContain(webhookSecret);
    expect(Buffer.from(box.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain(
      webhookSecret,
    );
  });

  it('keep id, URL and secret over saves, redeploys, undeploys and the removal of their node', async () => {
    const patternId = await newPattern();
    const id = await deploy(patternId);
    const before = await list(id);
    await save(patternId, ['hook', 'other']);
    await deploy(patternId);
    await undeploy(patternId);
    await save(patternId, ['other']);
    await deploy(patternId);
    expect((await list(id)).map(({ nodeId }) => nodeId)).toEqual(['other']);
    await save(patternId, ['hook']);
    await deploy(patternId);
    expect(await list(id)).toEqual(before);
  });

  it('are made once when two saves bring the same node at the same time', async () => {
    const patternId = await newPattern([]);
    await Promise.all(Array.from({ length: 5 }, () => save(patternId, ['a', 'b', 'c'])));
    expect(await rowsOf(patternId)).toHaveLength(3);
  });

  it('of removed nodes are kept up to a hundred, and never dropped while deployed', async () => {
    const patternId = await newPattern(['live']);
    const id = await deploy(patternId);
    const [live] = await list(id);
    const batch = (round: number) => Array.from({ length: 60 }, (_, i) => `r${round}_${i}`);
    for (let round = 0; round < 3; round += 1) await save(patternId, batch(round));
    await save(patternId, []);
    const rows = await rowsOf(patternId);
    expect(rows.filter((row) => row.node_id !== 'live')).toHaveLength(100);
    expect(rows.filter((row) => row.node_id.startsWith('r2_'))).toHaveLength(60);
    expect(await list(id)).toEqual([live]);
  });
});

describe('resolve-webhook', () => {
  it('answers all that intake needs of a live endpoint', async () => {
    const patternId = await newPattern();
    const deploymentId = await deploy(patternId);
    const endpoint = only(await list(deploymentId));
    expect(await resolve(endpoint.webhookId)).toEqual({
      project: me.project,
      endpointId: endpoint.id,
      webhookId: endpoint.webhookId,
      patternId,
      nodeId: 'hook',
      secret: endpoint.webhookSecret,
      signatureMode: 'required',
      requireTimestamp: false,
      responseMode: 'immediate',
      deployment: expect.objectContaining({
        deploymentId,
        status: 'active',
        version: 1,
      }) as unknown,
    });
  });

  it('has no deployment before the first deploy and after an undeploy', async () => {
    const patternId = await newPattern();
    const { webhook_id: webhookId } = only(await rowsOf(patternId));
    expect(await resolve(webhookId)).not.toHaveProperty('deployment');
    await deploy(patternId);
    expect(await resolve(webhookId)).toHaveProperty('deployment.status', 'active');
    await undeploy(patternId);
    const target = await resolve(webhookId);
    expect(target).toMatchObject({ webhookId, nodeId: 'hook' });
    expect(target).not.toHaveProperty('deployment');
  });

  it('goes by what is deployed, not by what was saved since', async () => {
    const patternId = await newPattern();
    await deploy(patternId);
    const { webhook_id: webhookId } = only(await rowsOf(patternId));
    await save(patternId, ['newer']);
    expect(await resolve(webhookId)).toHaveProperty('deployment.version', 1);
    const newer = (await rowsOf(patternId)).find((row) => row.node_id === 'newer');
    expect(await resolve(newer?.webhook_id ?? '')).not.toHaveProperty('deployment');
    await deploy(patternId);
    expect(await resolve(webhookId)).toBeNull();
    await save(patternId, ['newer', 'hook']);
    expect(await resolve(webhookId)).toMatchObject({ webhookId });
  });

  it('takes a pattern id for its only endpoint, and for none when it has several', async () => {
    const patternId = await newPattern();
    const { webhook_id: webhookId } = only(await rowsOf(patternId));
    expect(await resolve(patternId)).toEqual(await resolve(webhookId));
    await save(patternId, ['hook', 'other']);
    expect(await resolve(patternId)).toBeNull();
    await save(patternId, ['hook']);
    expect(await resolve(patternId)).toMatchObject({ webhookId });
    await save(patternId, []);
    expect(await resolve(patternId)).toBeNull();
  });

  it.each([
    '',
    'whk_',
    `whk_${'0'.repeat(32)}`,
    `WHK_${'0'.repeat(32)}`,
    'pat_01h455vb4pex5vsknk084sn02q',
    'wep_01h455vb4pex5vsknk084sn02q',
    '\u0000',
    "' OR 1=1 --",
  ])('does not know %p', async (webhookId) => {
    expect(await resolve(webhookId)).toBeNull();
  });
});

describe('regenerate-webhook-secret', () => {
  it('replaces the secret at once, and tells the caches', async () => {
    const patternId = await newPattern();
    const id = await deploy(patternId);
    const before = only(await list(id));
    const heard = service.notices.length;
    const after = await regenerate(id, before.id);
    expect(after).toEqual({ ...before, webhookSecret: after.webhookSecret });
    expect(after.webhookSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(after.webhookSecret).not.toBe(before.webhookSecret);
    expect(only(await list(id))).toEqual(after);
    expect((await resolve(before.webhookId))?.secret).toBe(after.webhookSecret);
    await waitFor(() => service.notices[heard], { what: 'the notice' });
    expect(service.notices[heard]?.webhookIds).toEqual([before.webhookId, patternId]);
  });

  it('finds no endpoint that is missing or of another pattern or project', async () => {
    const id = await deploy(await newPattern());
    const other = await deploy(await newPattern());
    const mine = only(await list(id));
    const missing = await regenerate(id, 'wep_01h455vb4pex5vsknk084sn02q').catch(
      (error: unknown) => error,
    );
    expect(missing).toMatchObject({ code: 'NOT_FOUND', message: 'Webhook endpoint not found' });
    await expect(regenerate(other, mine.id)).rejects.toEqual(missing);
    await expect(regenerate(id, 'nonsense')).rejects.toEqual(missing);
    const stranger = await service.newcomer();
    await expect(regenerate(id, mine.id, stranger)).rejects.toEqual(refusal('NOT_FOUND'));
    await expect(update(id, mine.id, { signatureMode: 'none' }, stranger)).rejects.toEqual(
      refusal('NOT_FOUND'),
    );
    expect(only(await list(id))).toEqual(mine);
  });
});

describe('update-webhook-endpoint', () => {
  it('sets what is named', async () => {
    const id = await deploy(await newPattern());
    const before = only(await list(id));
    expect(await update(id, before.id, { signatureMode: 'optional' })).toEqual({
      ...before,
      signatureMode: 'optional',
    });
    const after = await update(id, before.id, { requireTimestamp: true });
    expect(after).toEqual({ ...before, signatureMode: 'optional', requireTimestamp: true });
    expect(await update(id, before.id, {})).toEqual(after);
    expect(await resolve(before.webhookId)).toMatchObject({
      signatureMode: 'optional',
      requireTimestamp: true,
    });
  });

  it('refuses values that do not exist', async () => {
    const id = await deploy(await newPattern());
    const { id: endpointId } = only(await list(id));
    for (const wrong of [{ signatureMode: 'off' }, { requireTimestamp: 'yes' }]) {
      await expect(update(id, endpointId, wrong as never)).rejects.toEqual(refusal('VALIDATION'));
    }
  });
});

describe('permissions', () => {
  it('show the secret to those who may sign, a mask to those who may look', async () => {
    const id = await deploy(await newPattern());
    const endpoint = only(await list(id));
    const as = (role: string) => ({ ...me, role }) as Identity;
    expect(only(await list(id, as('editor')))).toEqual(endpoint);
    for (const role of ['viewer', 'operator']) {
      expect(only(await list(id, as(role)))).toEqual({ ...endpoint, webhookSecret: '********' });
      await expect(regenerate(id, endpoint.id, as(role))).rejects.toMatchObject({
        code: 'FORBIDDEN',
        details: { permission: 'webhooks.edit' },
      });
      await expect(update(id, endpoint.id, {}, as(role))).rejects.toEqual(refusal('FORBIDDEN'));
    }
    const key: Identity = { kind: 'api_key', id: 'k', project: me.project, scopes: ['runs:read'] };
    await expect(list(id, key)).rejects.toEqual(refusal('FORBIDDEN'));
  });
});

describe('capture-event', () => {
  const capture = (endpointId: string, event: unknown) =>
    service.call('svc.deployments.capture-event', { endpointId, event });

  it('keeps the last twenty events of each endpoint, as they came', async () => {
    const patternId = await newPattern(['a', 'b']);
    const [a, b] = await rowsOf(patternId);
    await capture(b?.id ?? '', { other: true });
    for (let n = 1; n <= 23; n += 1) {
      expect(await capture(a?.id ?? '', { n, text: 'nul \u0000' })).toEqual({ captured: true });
    }
    const kept = await service.sql<{ event: { n: number; text: string } }>(
      'SELECT event FROM deployments.captured_event WHERE endpoint_id = $1 ORDER BY id',
      [a?.id],
    );
    expect(kept.map(({ event }) => event.n)).toEqual(Array.from({ length: 20 }, (_, i) => i + 4));
    expect(kept[0]?.event.text).toBe('nul \u0000');
    const others = await service.sql(
      'SELECT FROM deployments.captured_event WHERE endpoint_id = $1',
      [b?.id],
    );
    expect(others).toHaveLength(1);
  });

  it('knows no endpoint that does not exist', async () => {
    for (const endpointId of ['wep_01h455vb4pex5vsknk084sn02q', 'x', '\u0000']) {
      await expect(capture(endpointId, {})).rejects.toEqual(refusal('NOT_FOUND'));
    }
  });
});
