import type { Account, DeploymentView, PatternView, WebhookEndpointView } from '@runnel/messaging';

import { toSessionResponse } from './auth/auth.dto';
import { endedCookie, sessionCookie } from './auth/session-cookie';
import { toDetailedDeployment, toListedDeployment } from './deployments/deployments.dto';
import { page } from './envelopes';
import { toPatternFields, toPatternResponse, toPatternSummary } from './patterns/patterns.dto';
import { percentage } from './percentage';

const at = '2026-03-05T12:00:00.000Z';

/** With a field that a mapping must not let through. */
const leaky = <T extends object>(view: T): T => ({ ...view, internal: 'must not be seen' });

const pattern: PatternView = leaky({
  id: 'pat_1',
  name: 'Webhook Logger',
  description: null,
  isPublic: false,
  isTemplate: false,
  tags: ['a'],
  graphData: { nodes: [], edges: [] },
  versionNumber: 3,
  ownerId: 'usr_1',
  createdAt: at,
  updatedAt: at,
});

const schedule = {
  nodeId: 'node_2',
  cronExpression: '0 9 * * *',
  timezone: 'Europe/Berlin',
  nextRunAt: at,
};

const deployment: DeploymentView = leaky({
  id: 'dep_1',
  patternId: 'pat_1',
  patternName: 'Webhook Logger',
  patternDescription: 'Logs',
  status: 'active',
  triggers: [
    leaky({ type: 'OnWebhook', nodeId: 'node_1' }),
    leaky({ type: 'OnSchedule', ...schedule }),
  ],
  schedules: [leaky({ ...schedule, overridden: false })],
  nextRunAt: at,
  versionNumber: 3,
  confirmedAt: at,
  createdAt: at,
  updatedAt: at,
});

const endpoint: WebhookEndpointView = leaky({
  id: 'wep_1',
  nodeId: 'node_1',
  webhookAlias: 'main',
  webhookId: 'whk_1',
  webhookSecret: 's',
  signatureMode: 'required',
  requireTimestamp: false,
  responseMode: 'immediate',
});

describe('what the door shows', () => {
  it('of a pattern: its graph by itself, not in a list', () => {
    expect(toPatternSummary(pattern)).not.toHaveProperty('graphData');
    expect(toPatternResponse(pattern)).toMatchObject({ graphData: { nodes: [], edges: [] } });
    expect(toPatternResponse(pattern)).not.toHaveProperty('internal');
  });

  it('of a deployment in a list: its runs, in the words of this door', () => {
    const lastRun = { status: 'timed_out' as const, startedAt: at, durationMs: 320 };
    expect(toListedDeployment(deployment, { totalRuns: 42, lastRun })).toEqual({
      id: 'dep_1',
      patternId: 'pat_1',
      patternName: 'Webhook Logger',
      status: 'active',
      triggers: [
        { type: 'OnWebhook', nodeId: 'node_1' },
        { type: 'OnSchedule', ...schedule },
      ],
      schedules: [{ ...schedule, overridden: false }],
      nextRunAt: at,
      versionNumber: 3,
      totalRuns: 42,
      lastRun: { status: 'timeout', startedAt: at, durationMs: 320 },
      createdAt: at,
      updatedAt: at,
    });
    expect(toListedDeployment(deployment, undefined)).toMatchObject({
      totalRuns: 0,
      lastRun: null,
    });
  });

  it('of a deployment by itself: its endpoints with their URLs', () => {
    expect(toDetailedDeployment(deployment, [endpoint], 'https://runnel.example')).toEqual({
      id: 'dep_1',
      patternId: 'pat_1',
      patternName: 'Webhook Logger',
      status: 'active',
      triggers: [
        { type: 'OnWebhook', nodeId: 'node_1' },
        { type: 'OnSchedule', ...schedule },
      ],
      schedules: [{ ...schedule, overridden: false }],
      nextRunAt: at,
      versionNumber: 3,
      confirmedAt: at,
      webhookEndpoints: [
        {
          id: 'wep_1',
          nodeId: 'node_1',
          webhookAlias: 'main',
          webhookId: 'whk_1',
          webhookUrl: 'https://runnel.example/webhooks/whk_1',
          webhookSecret: 's',
          signatureMode: 'required',
          requireTimestamp: false,
          responseMode: 'immediate',
        },
      ],
      retryPolicy: { maxAttempts: 1, backoffSeconds: 5, factor: 2 },
      timeoutMs: null,
      emailEndpoints: [],
      pattern: { name: 'Webhook Logger', description: 'Logs' },
      createdAt: at,
      updatedAt: at,
    });
  });

  it('of a new session: token and user in the envelope and beside it', () => {
    const user = leaky({
      id: 'usr_1',
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      role: 'user' as const,
      createdAt: at,
    });
    const account: Account = { user, project: 'prj_1', role: 'admin' };
    const shown = toSessionResponse('token', account, at);
    expect(shown).toMatchObject({ success: true, timestamp: at, token: 'token' });
    expect(shown.data).toEqual({ token: 'token', user: shown.user });
    expect(shown.user).not.toHaveProperty('internal');
  });
});

describe(toPatternFields, () => {
  it('has what the request names and nothing else', () => {
    expect(toPatternFields({ name: undefined, description: null, tags: [] })).toEqual({
      description: null,
      tags: [],
    });
  });
});

describe(page, () => {
  it.each([
    [0, 0],
    [1, 1],
    [20, 1],
    [21, 2],
  ])('of %d items has %d pages', (total, totalPages) => {
    expect(page([], { page: 1, limit: 20 }, total).meta).toEqual({
      page: 1,
      limit: 20,
      total,
      totalPages,
    });
  });
});

describe(percentage, () => {
  it.each([
    [3, 134, 2.24],
    [128, 134, 95.52],
    [0, 0, 0],
    [1, 3, 33.33],
  ])('%d of %d is %d', (part, whole, expected) => {
    expect(percentage(part, whole)).toBe(expected);
  });
});

describe('the session cookie', () => {
  it('is out of reach of scripts and other sites', () => {
    expect(sessionCookie('token', true)).toBe(
      'runnel_session=token; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure',
    );
    expect(sessionCookie('token', false)).not.toContain('Secure');
    expect(endedCookie(false)).toContain('runnel_session=; Path=/; Max-Age=0');
  });
});
