import { type Client } from './client';
import { expectStatus } from './deployed-webhook';
import { graph } from './graphs';

/**
 * A pattern that does what its event's `mode` says: `fail`, `spin` (compute for ever), `call` (an HTTP call of
 * `url`), `nap` (a delay that lets the executor go), anything else: completes.
 */
export function moodyGraph(trigger: 'OnStart' | 'OnWebhook', url = 'http://127.0.0.1:9') {
  const event = trigger === 'OnStart' ? 'eventData' : 'body';
  return graph(
    [
      {
        id: 'start',
        type: trigger,
        data: trigger === 'OnWebhook' ? { properties: { responseMode: 'immediate' } } : {},
      },
      { id: 'mode', type: 'GetProperty', data: { defaults: { key: 'mode' } } },
      {
        id: 'choose',
        type: 'Switch',
        data: { properties: { cases: ['fail', 'spin', 'call', 'nap'] } },
      },
      { id: 'fail', type: 'ThrowError', data: { defaults: { message: 'told to fail' } } },
      { id: 'spin', type: 'While', data: { defaults: { condition: true } } },
      { id: 'call', type: 'HttpRequest', data: { defaults: { url, method: 'POST' } } },
      { id: 'nap', type: 'Delay', data: { defaults: { seconds: 20 } } },
      { id: 'done', type: 'Log', data: { defaults: { message: 'done' } } },
    ],
    [
      'start.exec -> choose.exec',
      `start.${event} -> mode.object`,
      'mode.value -> choose.value',
      'choose.case0 -> fail.exec',
      'choose.case1 -> spin.exec',
      'choose.case2 -> call.exec',
      'choose.case3 -> nap.exec',
      'choose.default -> done.exec',
    ],
  );
}

/** A deployed pattern. */
export interface DeployedPattern {
  readonly patternId: string;
  readonly deploymentId: string;
}

/** Draws a pattern over the API and deploys it, with `fields` beside the node definitions. */
export async function deployPattern(
  client: Client,
  graphData: unknown,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<DeployedPattern> {
  const pattern = await expectStatus(
    client.post<{ data: { id: string } }>('/api/patterns', { name: 'Moody', graphData }),
    201,
  );
  const patternId = pattern.body.data.id;
  const { deploymentId } = await deployAgain(client, patternId, fields);
  return { patternId, deploymentId };
}

/** Makes the saved graph of a pattern live. */
export async function deployAgain(
  client: Client,
  patternId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ deploymentId: string }> {
  const deployed = await expectStatus(
    client.post<{ data: { deploymentId: string } }>(`/api/patterns/${patternId}/deploy`, {
      nodeDefinitions: {},
      ...fields,
    }),
    200,
  );
  return deployed.body.data;
}
