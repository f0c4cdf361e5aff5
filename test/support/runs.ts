import { waitFor } from '@runnel/testing';

import type { Client } from './client';

interface RunBody {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
}

/** A commit of a run as the API shows it. */
export interface CommitBody {
  readonly position: string;
  readonly events: readonly {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
}

const ENDED = new Set([
  'completed',
  'failed',
  'timed_out',
  'crashed',
  'system_failed',
  'canceled',
  'expired',
  'dead_letter',
]);

/** Waits until each of the runs has ended and answers with their statuses by id. */
export async function waitUntilEnded(
  client: Client,
  runIds: readonly string[],
  timeoutMs = 90_000,
): Promise<ReadonlyMap<string, string>> {
  const ended = new Map<string, string>();
  await waitFor(
    async () => {
      for (const id of runIds) {
        if (ended.has(id)) continue;
        const answer = await client.get<RunBody>(`/v1/runs/${id}`).catch(() => undefined);
        if (answer?.status !== 200 || !ENDED.has(answer.body.status)) return undefined;
        ended.set(id, answer.body.status);
      }
      return ended;
    },
    { timeoutMs, what: `${runIds.length} runs to end` },
  );
  return ended;
}

/** All commits of a run, oldest first. */
export async function commitsOf(client: Client, runId: string): Promise<readonly CommitBody[]> {
  const answer = await client.get<CommitBody[]>(`/v1/runs/${runId}/events?limit=100`);
  if (answer.status !== 200)
    throw new Error(`events answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
