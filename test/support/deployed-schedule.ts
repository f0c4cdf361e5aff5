import type { Client } from './client';
import { expectStatus } from './deployed-webhook';
import { graph } from './graphs';

/** A pattern that logs the time of each of its runs, once per schedule. */
export function scheduledGraph(schedules: Readonly<Record<string, string>>, timezone?: string) {
  return graph(
    [
      ...Object.entries(schedules).map(([id, schedule]) => ({
        id,
        type: 'OnSchedule',
        data: { properties: { schedule, ...(timezone !== undefined && { timezone }) } },
      })),
      ...Object.keys(schedules).map((id) => ({ id: `log_${id}`, type: 'Log' })),
    ],
    Object.keys(schedules).flatMap((id) => [
      `${id}.exec -> log_${id}.exec` as const,
      `${id}.timestamp -> log_${id}.message` as const,
    ]),
  );
}

export interface Deployed {
  readonly patternId: string;
  readonly deploymentId: string;
  readonly triggers: readonly Readonly<Record<string, unknown>>[];
}

/** Draws a pattern over the API and deploys it. */
export async function deploy(client: Client, graphData: unknown): Promise<Deployed> {
  const pattern = await expectStatus(
    client.post<{ data: { id: string } }>('/api/patterns', { name: 'Scheduled', graphData }),
    201,
  );
  return redeployPattern(client, pattern.body.data.id);
}

/** Deploys the pattern as it is saved. */
export async function redeployPattern(client: Client, patternId: string): Promise<Deployed> {
  const { body } = await expectStatus(
    client.post<{ data: Omit<Deployed, 'patternId'> }>(`/api/patterns/${patternId}/deploy`, {
      nodeDefinitions: {},
    }),
    200,
  );
  return { ...body.data, patternId };
}

/** A run as the automation door lists it. */
export interface ListedRun {
  readonly id: string;
  readonly status: string;
  readonly triggeredBy: string;
  readonly eventData: { readonly timestamp: string; readonly scheduledFor: string } | null;
  readonly logOutput: readonly { readonly message: string }[];
}

/** All runs of a deployment, newest first. */
export async function runsOf(client: Client, deploymentId: string): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/api/deployments/${deploymentId}/runs?limit=100&page=${page}`;
    const { body } = await expectStatus(client.get<{ data: ListedRun[] }>(path), 200);
    runs.push(...body.data);
    if (body.data.length < 100) return runs;
  }
}
