import { waitFor } from '@runnel/testing';

import { type DeploymentsService, startDeployments } from './testing/deployments-service.contract';
import { webhookGraph } from './testing/graphs.contract';

let service: DeploymentsService;
beforeAll(async () => (service = await startDeployments({}, { durable: true })));
afterAll(() => service.stop());

describe('a lost Postgres', () => {
  it('makes commands and queries unavailable, not the process, and is found again', async () => {
    const identity = await service.newcomer();
    const create = () =>
      service.call('svc.deployments.create-pattern', {
        identity,
        fields: { name: 'p', graphData: webhookGraph(['hook']) },
      });
    const { id } = await create();
    expect(await service.readiness.report()).toMatchObject({ ready: true });

    // In the middle of transactions: some of these are cut in two.
    const underWay = Array.from({ length: 30 }, () => create());
    await service.postgres.kill('SIGQUIT');
    const accepted = [id];
    for (const outcome of await Promise.allSettled(underWay)) {
      if (outcome.status === 'fulfilled') accepted.push(outcome.value.id);
      else expect(outcome.reason).toMatchObject({ code: 'UNAVAILABLE', kind: 'unavailable' });
    }
    const get = (pattern = id) =>
      service.call('svc.deployments.get-pattern', { identity, id: pattern });
    const unavailable = { code: 'UNAVAILABLE', details: { dependency: 'postgres' } };
    await expect(get()).rejects.toMatchObject(unavailable);
    await expect(create()).rejects.toMatchObject(unavailable);
    const report = await service.readiness.report();
    expect(report.ready).toBe(false);
    expect(report.checks).toMatchObject({ nats: 'ok' });
    expect(report.checks['postgres']).toContain('Postgres');

    await service.postgres.restart();
    await waitFor(() => get(), { what: 'Postgres to be found again' });
    const found = await Promise.all(accepted.map((pattern) => get(pattern)));
    expect(found.map((pattern) => pattern.id)).toEqual(accepted);
    expect(await service.readiness.report()).toMatchObject({ ready: true });
    const torn = await service.sql(
      `SELECT FROM deployments.pattern p WHERE NOT EXISTS
         (SELECT FROM deployments.webhook_endpoint WHERE pattern_id = p.id)`,
    );
    expect(torn).toEqual([]);
  });

  it('is not missed when it only ended our connections', async () => {
    const identity = await service.newcomer();
    const list = () => service.call('svc.deployments.list-api-keys', { identity });
    await list();
    const ended = await service.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'runnel-deployments'`,
    );
    expect(ended.length).toBeGreaterThan(0);
    expect(await waitFor(list, { what: 'fresh connections' })).toEqual({ items: [] });
  });
});
