import { createHmac } from 'node:crypto';

import { connectNats } from '@runnel/messaging';
import { Pool } from 'undici';

import { BenchApi } from './bench-api';
import { rawAppendFloor } from './raw-append-floor';
import { percentile } from './percentile';
import type { BenchReport, BenchRow } from './report';
import { startBenchSystem } from './system';

const IN_FLIGHT = [1, 32, 256] as const;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const BODY = JSON.stringify({ name: 'benchmark', order: 17, items: ['a', 'b', 'c'] });

interface Webhook {
  readonly path: string;
  readonly signature: string;
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Webhook to completed: signed requests to a pattern of three nodes whose last node's result is the answer,
 * so that the answer comes when the run's completion is on disk. The floor is two acknowledged publishes of
 * the same size per run, request and result, straight to JetStream.
 */
export async function runWebhookBench(): Promise<BenchReport> {
  const { system, stop } = await startBenchSystem();
  try {
    const pool = new Pool(system.baseUrl, { connections: Math.max(...IN_FLIGHT), pipelining: 1 });
    const api = new BenchApi(pool, system.credentials.apiKey);
    const webhook = await deploy(api);
    const durability = await api.durability();
    await measure(pool, webhook, 32, WARM_UP_SECONDS);
    const connection = await connectNats(system.addresses.natsUrl, 'bench-floor');
    const rows: BenchRow[] = [];
    for (const inFlight of IN_FLIGHT) {
      const run = await measure(pool, webhook, inFlight, SECONDS);
      const floor = await rawAppendFloor(connection, inFlight, SECONDS / 2);
      rows.push(
        {
          label: `${inFlight} in flight, rate`,
          value: run.perSecond,
          unit: 'runs/s',
          floor: floor.perSecond,
          ratio: run.perSecond / floor.perSecond,
        },
        { label: `${inFlight} in flight, p50`, value: run.p50, unit: 'ms', floor: floor.p50 },
        { label: `${inFlight} in flight, p99`, value: run.p99, unit: 'ms', floor: floor.p99 },
      );
    }
    await connection.close();
    await pool.close();
    return { name: 'webhook to completed, three nodes', durability, rows };
  } finally {
    await stop();
  }
}

async function measure(
  pool: Pool,
  webhook: Webhook,
  inFlight: number,
  seconds: number,
): Promise<Measured> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = performance.now();
      await knock(pool, webhook);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsed = (performance.now() - start) / 1000;
  return {
    perSecond: latencies.length / elapsed,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

async function knock(pool: Pool, { path, signature }: Webhook): Promise<void> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
    body: BODY,
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`webhook answered ${statusCode}: ${text}`);
}

async function deploy(api: BenchApi): Promise<Webhook> {
  const deploymentId = await api.deploy('Benchmark', THREE_NODES);
  const endpoints = await api.call<{ data: { webhookId: string; webhookSecret: string }[] }>(
    'GET',
    `/api/deployments/${deploymentId}/webhook`,
  );
  const endpoint = endpoints.data[0];
  if (!endpoint) throw new Error('the benchmark pattern has no webhook endpoint');
  return {
    path: `/webhooks/${endpoint.webhookId}`,
    signature: createHmac('sha256', endpoint.webhookSecret).update(BODY).digest('hex'),
  };
}

const THREE_NODES = {
  nodes: [
    {
      id: 'hook',
      type: 'OnWebhook',
      position: { x: 0, y: 0 },
      data: { properties: { responseMode: 'lastNode' } },
    },
    {
      id: 'name',
      type: 'GetProperty',
      position: { x: 200, y: 0 },
      data: { defaults: { key: 'name' } },
    },
    { id: 'log', type: 'Log', position: { x: 400, y: 0 }, data: {} },
  ],
  edges: [
    { id: 'e0', source: 'hook', sourceHandle: 'exec', target: 'log', targetHandle: 'exec' },
    { id: 'e1', source: 'hook', sourceHandle: 'body', target: 'name', targetHandle: 'object' },
    { id: 'e2', source: 'name', sourceHandle: 'value', target: 'log', targetHandle: 'message' },
  ],
  variables: [],
};
