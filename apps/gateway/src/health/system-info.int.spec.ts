import { type RunningGateway, startAll } from '../testing/running-gateway';
import { VERSION } from '../version';
import type { SystemInfoResponse } from './system-info.dto';

const PATH = '/api/system/info';

describe(`GET ${PATH}`, () => {
  let all: RunningGateway;

  afterEach(() => all?.stop());

  it('tells version, durability, servers, services and what the project has on its hands', async () => {
    all = await startAll({ RUNNEL_SHARDS: '2', RUNNEL_NATS_SYNC: 'always' });
    const { atomicBatches, messageTtl } = all.gateway.log.capabilities;
    const asked: string[] = [];
    all.services.answer('svc.metrics.system-summary', ({ project }) => {
      asked.push(project);
      return { activeRuns: 2, queuedRuns: 7, databaseBytes: 3 * 512 * 1024 };
    });
    const answer = await all.get(PATH, all.gateway.token({ project: 'prj_7', role: 'viewer' }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      version: VERSION,
      profile: 'local',
      durability: 'fsync',
      shards: 2,
      replicas: 1,
      nats: {
        version: all.services.connection.info?.version,
        atomic_batches: atomicBatches,
        message_ttl: messageTtl,
      },
      services: {
        gateway: 'ok',
        deployments: 'ok',
        executor: 'ok',
        scheduler: 'ok',
        metrics: 'ok',
      },
      db_size: 1_572_864,
      db_size_mb: '1.50 MB',
      active_runs: 2,
      queued_runs: 7,
    });
    expect(asked).toEqual(['prj_7']);
  });

  it('says interval of a server of which nobody has said that it syncs', async () => {
    all = await startAll();
    all.services.answer('svc.metrics.system-summary', () => {
      return { activeRuns: 0, queuedRuns: 0, databaseBytes: 0 };
    });
    expect((await all.get(PATH)).body).toMatchObject({ durability: 'interval', db_size: 0 });
  });

  it('says production of an installation that is', async () => {
    all = await startAll({ RUNNEL_PROFILE: 'production', RUNNEL_NATS_SYNC: 'always' });
    expect((await all.get(PATH)).body).toMatchObject({ profile: 'production' });
  });

  it('is told while other services are away, and says which', async () => {
    all = await startAll();
    all.services.answer('svc.executor.ping', () => ({ ready: false }));
    all.services.silence('svc.metrics.ping');
    const { status, body } = await all.get<SystemInfoResponse>(PATH);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      services: { gateway: 'ok', deployments: 'ok', scheduler: 'ok' },
      db_size: null,
      db_size_mb: null,
      active_runs: null,
      queued_runs: null,
    });
    expect(body.services.executor).toContain('not ready');
    expect(body.services.metrics).toContain('did not answer in time');
  });

  it('is in the OpenAPI document, with its answer and its credential', async () => {
    all = await startAll();
    const { body } = await all.get<{
      paths: Record<string, { get: { security: object[]; responses: object } }>;
    }>('/openapi.json');
    const described = body.paths[PATH]?.get;
    expect(described?.security).not.toEqual([]);
    expect(JSON.stringify(described?.responses)).toContain('atomic_batches');
  });
});
