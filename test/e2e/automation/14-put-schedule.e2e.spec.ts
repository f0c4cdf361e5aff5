import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { startRunnel, type TestRunnel, waitFor } from '@runnel/testing';

import { type Answer, type Client, registerUser } from '../../support/client';
import {
  deploy,
  type Deployed,
  redeployPattern,
  runsOf,
  scheduledGraph,
} from '../../support/deployed-schedule';
import { threeNodeGraph } from '../../support/graphs';

interface ErrorBody {
  readonly success: boolean;
  readonly code: string;
  readonly error: { readonly code: string; readonly message: string };
}
interface Schedule {
  readonly nodeId: string;
  readonly cronExpression: string;
  readonly timezone: string;
  readonly overridden: boolean;
  readonly nextRunAt: string | null;
}
interface DeploymentBody {
  readonly data: {
    readonly id: string;
    readonly triggers: readonly Record<string, unknown>[];
    readonly schedules: readonly Schedule[];
    readonly nextRunAt: string | null;
  };
}

const MISSING = 'dep_01h455vb4pex5vsknk084sn02q';
const EVERY_SECOND = '* * * * * *';
const YEARLY = '0 0 1 1 *';

const run = promisify(execFile);

/** What docs/schedules.md tells a reader to type, with the key and the address of this system. */
function commandsOfTheGuide(runnel: TestRunnel): string {
  const text = /```sh\n([\s\S]*?)```/.exec(readFileSync('docs/schedules.md', 'utf8'))?.[1] ?? '';
  return text
    .replace(/^export KEY=.*$/m, `export KEY=${runnel.apiKey}`)
    .replace(/^export URL=.*$/m, `export URL=${runnel.baseUrl}`);
}

describe('schedules', () => {
  let runnel: TestRunnel;
  let ada: Client;
  let eve: Client;

  beforeAll(async () => {
    runnel = await startRunnel({ env: { RUNNEL_RATE_LIMITS: 'off' } });
    ada = await registerUser(runnel.baseUrl, 'ada@example.com');
    eve = await registerUser(runnel.baseUrl, 'eve@example.com');
  });

  afterAll(async () => {
    await runnel?.stop();
  });

  const put = <T = ErrorBody>(id: string, body: unknown, client = ada): Promise<Answer<T>> =>
    client.send<T>('PUT', `/api/deployments/${id}/schedule`, body);
  const preview = <T = ErrorBody>(id: string, query = '', client = ada): Promise<Answer<T>> =>
    client.get<T>(`/api/deployments/${id}/schedule/preview${query}`);
  const detail = async (id: string) =>
    (await ada.get<DeploymentBody>(`/api/deployments/${id}`)).body.data;
  const refused = (answer: Answer<ErrorBody>) => [answer.status, answer.body.error.code];

  describe('an On Schedule node', () => {
    it('starts a run each second, with its time, as triggered by schedule', async () => {
      const { deploymentId } = await deploy(ada, scheduledGraph({ tick: EVERY_SECOND }));
      await waitFor(() => runsOf(ada, deploymentId), {
        what: 'five runs',
        until: (found) => found.length >= 5,
        timeoutMs: 30_000,
      });
      await ada.post(`/api/deployments/${deploymentId}/pause`);
      const runs = await waitFor(() => runsOf(ada, deploymentId), {
        what: 'all runs to be completed',
        until: (found) => found.every(({ status }) => status === 'completed'),
        timeoutMs: 30_000,
      });
      expect(new Set(runs.map(({ triggeredBy }) => triggeredBy))).toEqual(new Set(['schedule']));
      const seconds = runs.map(({ eventData }) => Date.parse(eventData?.scheduledFor ?? '')).sort();
      expect(seconds.every((at) => at % 1_000 === 0)).toBe(true);
      expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index * 1_000));
      for (const { eventData, logOutput } of runs) {
        expect(logOutput.map(({ message }) => message)).toEqual([eventData?.timestamp]);
        expect(Date.parse(eventData?.timestamp ?? '')).toBeGreaterThanOrEqual(
          Date.parse(eventData?.scheduledFor ?? ''),
        );
      }
      const only = await ada.get<{ meta: { total: number } }>(
        `/api/deployments/${deploymentId}/runs?triggeredBy=schedule`,
      );
      expect(only.body.meta.total).toBeGreaterThanOrEqual(5);
    });

    it('does not start runs while it is paused, nor makes up for them when it is resumed', async () => {
      const { deploymentId } = await deploy(ada, scheduledGraph({ tick: EVERY_SECOND }));
      await waitFor(() => runsOf(ada, deploymentId), { what: 'a run', until: (r) => r.length > 0 });
      await ada.post(`/api/deployments/${deploymentId}/pause`);
      const pausedAt = Date.now();
      const ticks = async () =>
        (await runsOf(ada, deploymentId)).map((run) =>
          Date.parse(run.eventData?.scheduledFor ?? ''),
        );
      // Another schedule shows that the clock went on meanwhile.
      const other = await deploy(ada, scheduledGraph({ tick: EVERY_SECOND }));
      await waitFor(() => runsOf(ada, other.deploymentId), {
        what: 'six runs of another schedule',
        until: (runs) => runs.length >= 6,
        timeoutMs: 30_000,
      });
      const resumedAt = Date.now();
      await ada.post(`/api/deployments/${deploymentId}/resume`);
      const found = await waitFor(ticks, {
        what: 'a run after the resume',
        until: (all) => all.some((at) => at > resumedAt + 1_000),
      });
      await ada.post(`/api/deployments/${deploymentId}/pause`);
      await ada.post(`/api/deployments/${other.deploymentId}/pause`);
      // A slow machine may hear of the pause a moment later.
      expect(found.filter((at) => at > pausedAt + 3_000 && at < resumedAt)).toEqual([]);
      expect(resumedAt - pausedAt).toBeGreaterThan(4_000);
      expect(found.length).toBe(new Set(found).size);
    });

    it('is refused with its node where its expression is none', async () => {
      const created = await ada.post<{ data: { id: string } }>('/api/patterns', {
        name: 'Bad',
        graphData: scheduledGraph({ tick: '61 * * * *' }),
      });
      const answer = await ada.post<{ errors: readonly Record<string, string>[] }>(
        `/api/patterns/${created.body.data.id}/deploy`,
        { nodeDefinitions: {} },
      );
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ nodeId: 'tick', code: 'BAD_PROPERTY' }]);
      expect(answer.body.errors[0]?.['message']).toContain('Invalid cron expression');
    });

    it('may be run by hand, also without a time', async () => {
      const { deploymentId } = await deploy(ada, scheduledGraph({ tick: YEARLY }));
      const answer = await ada.post<{ data: { status: string } }>(
        `/api/deployments/${deploymentId}/execute`,
        {},
      );
      expect([answer.status, answer.body.data.status]).toEqual([200, 'completed']);
    });
  });

  describe('GET /api/deployments/:id and GET /api/deployments', () => {
    it('show the schedules and when the next run is', async () => {
      const graphData = scheduledGraph({ yearly: YEARLY, daily: '0 9 * * *' }, 'Europe/Berlin');
      const { deploymentId, triggers } = await deploy(ada, graphData);
      const shown = await detail(deploymentId);
      expect(shown.schedules.map(({ nodeId, overridden }) => [nodeId, overridden])).toEqual([
        ['yearly', false],
        ['daily', false],
      ]);
      expect(shown.nextRunAt).toBe(shown.schedules[1]?.nextRunAt);
      expect(shown.triggers).toEqual(triggers);
      expect(triggers[1]).toEqual({
        type: 'OnSchedule',
        nodeId: 'daily',
        cronExpression: '0 9 * * *',
        timezone: 'Europe/Berlin',
        nextRunAt: shown.nextRunAt,
      });
      const list = await ada.get<{ data: DeploymentBody['data'][] }>('/api/deployments?limit=100');
      const listed = list.body.data.find(({ id }) => id === deploymentId);
      expect(listed).toMatchObject({ schedules: shown.schedules, nextRunAt: shown.nextRunAt });
    });
  });

  describe('D.14 PUT /api/deployments/:id/schedule', () => {
    let scheduled: Deployed;
    beforeEach(async () => {
      scheduled = await deploy(ada, scheduledGraph({ one: YEARLY, two: YEARLY }));
    });

    it('answers with the new schedule and its next run, as the reference has it', async () => {
      const body = { cronExpression: '0 9 * * 1-5', timezone: 'America/New_York' };
      const answer = await put<{ success: boolean; data: object }>(scheduled.deploymentId, body);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        success: true,
        data: {
          ...body,
          nextRunAt: expect.stringMatching(/T1[34]:00:00\.000Z$/) as string,
        },
      });
      const { schedules } = await detail(scheduled.deploymentId);
      expect(schedules).toMatchObject([
        { nodeId: 'one', ...body, overridden: true },
        { nodeId: 'two', ...body, overridden: true },
      ]);
    });

    it('takes effect at once and ends with the next deploy', async () => {
      const { deploymentId, patternId } = scheduled;
      const change = { cronExpression: EVERY_SECOND, nodeId: 'two' };
      const answer = await put<{ data: Schedule }>(deploymentId, change);
      expect(answer.body.data).toMatchObject({ cronExpression: EVERY_SECOND, timezone: 'UTC' });
      await waitFor(() => runsOf(ada, deploymentId), {
        what: 'two runs by the changed schedule',
        until: (runs) => runs.length >= 2,
      });
      await redeployPattern(ada, patternId);
      const { schedules, nextRunAt } = await detail(deploymentId);
      expect(schedules.map(({ cronExpression }) => cronExpression)).toEqual([YEARLY, YEARLY]);
      expect(nextRunAt).toMatch(/-01-01T00:00:00\.000Z$/);
    });

    it('400 VALIDATION: bad cron, unknown zone, unknown node, unknown field, no body', async () => {
      const { deploymentId } = scheduled;
      const good = { cronExpression: '* * * * *' };
      const bad: unknown[] = [
        {},
        { cronExpression: '' },
        { cronExpression: 5 },
        { cronExpression: 'every day' },
        { cronExpression: '0 0 30 2 *' },
        { cronExpression: '* '.repeat(500) },
        { ...good, timezone: 'Mars/Olympus' },
        { ...good, timezone: '+01:00' },
        { ...good, nodeId: 'nobody' },
        { ...good, extra: true },
        [],
      ];
      for (const body of bad) {
        const answer = await put(deploymentId, body);
        expect([body, ...refused(answer)]).toEqual([body, 400, 'VALIDATION']);
        expect(answer.body).toMatchObject({ success: false, code: 'VALIDATION' });
      }
      const { body } = await put(deploymentId, { cronExpression: '61 * * * *' });
      expect(body.error.message).toContain('Invalid cron expression');
      expect((await detail(deploymentId)).schedules.some(({ overridden }) => overridden)).toBe(
        false,
      );
    });

    it('400 NO_SCHEDULE: the deployment has no schedule trigger', async () => {
      const { deploymentId } = await deploy(ada, threeNodeGraph);
      const change = { cronExpression: '* * * * *' };
      expect(refused(await put(deploymentId, change))).toEqual([400, 'NO_SCHEDULE']);
      expect(refused(await preview(deploymentId))).toEqual([400, 'NO_SCHEDULE']);
    });

    it('400 DEPLOYMENT_NOT_ACTIVE: nothing is deployed any more', async () => {
      await ada.send('DELETE', `/api/patterns/${scheduled.patternId}/deploy`);
      const answer = await put(scheduled.deploymentId, { cronExpression: '* * * * *' });
      expect(refused(answer)).toEqual([400, 'DEPLOYMENT_NOT_ACTIVE']);
    });

    it('401 UNAUTHORIZED without a credential', async () => {
      const path = `/api/deployments/${scheduled.deploymentId}/schedule`;
      const response = await fetch(`${runnel.baseUrl}${path}`, { method: 'PUT' });
      expect(response.status).toBe(401);
    });

    it('404 NOT_FOUND: a foreign id answers like a missing one, and nothing changes', async () => {
      const change = { cronExpression: '* * * * *' };
      const foreign = await put(scheduled.deploymentId, change, eve);
      const missing = await put(MISSING, change, eve);
      expect(refused(foreign)).toEqual([404, 'NOT_FOUND']);
      expect(foreign.body).toEqual(missing.body);
      expect((await detail(scheduled.deploymentId)).schedules[0]?.overridden).toBe(false);
    });
  });

  describe('E.8 GET /api/deployments/:id/schedule/preview', () => {
    interface PreviewBody {
      readonly data: {
        readonly from: string;
        readonly ticks: readonly Record<string, string>[];
      };
    }
    let deploymentId: string;
    beforeAll(async () => {
      const graphData = scheduledGraph({ half: '30 2 * * *', hour: '0 12 * * *' }, 'Europe/Berlin');
      ({ deploymentId } = await deploy(ada, graphData));
    });

    it('shows the next ticks from now, five of them', async () => {
      const { status, body } = await preview<PreviewBody>(deploymentId);
      expect([status, body.data.ticks.length]).toEqual([200, 5]);
      const times = body.data.ticks.map((tick) => Date.parse(tick['scheduledFor'] ?? ''));
      expect(times[0]).toBeGreaterThan(Date.parse(body.data.from));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it('shows them over a change of the clocks, of one node too', async () => {
      const query = '?count=3&from=2026-03-28T12:00:00Z&nodeId=half';
      const { body } = await preview<PreviewBody>(deploymentId, query);
      expect(body.data).toEqual({
        from: '2026-03-28T12:00:00.000Z',
        ticks: [
          ['2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00+02:00'],
          ['2026-03-30T00:30:00.000Z', '2026-03-30T02:30:00+02:00'],
          ['2026-03-31T00:30:00.000Z', '2026-03-31T02:30:00+02:00'],
        ].map(([scheduledFor, localTime]) => ({
          nodeId: 'half',
          scheduledFor,
          localTime,
          timezone: 'Europe/Berlin',
        })),
      });
    });

    it('shows a hundred at most', async () => {
      const { body } = await preview<PreviewBody>(deploymentId, '?count=1000');
      expect(body.data.ticks).toHaveLength(100);
    });

    it('400 VALIDATION: counts and times that are none, a node without a schedule', async () => {
      for (const query of ['?count=0', '?count=x', '?from=now', '?from=9999-99-99', '?nodeId=x']) {
        expect([query, ...refused(await preview(deploymentId, query))]).toEqual([
          query,
          400,
          'VALIDATION',
        ]);
      }
    });

    it('404 NOT_FOUND: a foreign id answers like a missing one', async () => {
      const foreign = await preview(deploymentId, '', eve);
      expect(refused(foreign)).toEqual([404, 'NOT_FOUND']);
      expect(foreign.body).toEqual((await preview(MISSING, '', eve)).body);
    });
  });

  describe('docs/schedules.md', () => {
    it('does what it says when it is typed as printed', async () => {
      const { stdout } = await run('bash', ['-euc', commandsOfTheGuide(runnel)]);
      const answers = stdout
        .split(/(?<=\}\s*)(?=\{"success")/)
        .map((line) => JSON.parse(line) as { success: boolean; data: unknown });
      expect(answers).toMatchObject([
        { success: true, data: { ticks: [{ nodeId: 'tick' }, {}, {}] } },
        { success: true, data: { cronExpression: '*/2 * * * * *', timezone: 'UTC' } },
        { success: true, data: expect.any(Array) as unknown },
        { success: true, data: { status: 'paused' } },
      ]);
      expect(answers[2]?.data).toEqual(
        expect.arrayContaining([expect.objectContaining({ triggeredBy: 'schedule' })]),
      );
    });
  });
});
