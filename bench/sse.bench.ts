import { Agent } from 'node:http';

import { Pool } from 'undici';

import { BenchApi } from './bench-api';
import { percentile } from './percentile';
import { rawStreamFloor } from './raw-stream-floor';
import type { BenchReport, BenchRow } from './report';
import { StreamWatcher } from './stream-watcher';
import { startBenchSystem } from './system';

const WATCHERS = 2_000;
const RUNS = 40;
const PER_RUN = WATCHERS / RUNS;
const TICKS = 30;
const INTERVAL_MS = 500;
/** Time for the watchers to come before the runs begin to speak. */
const LEAD_SECONDS = 4.5;
/** About what a frame of a log line weighs. */
const FRAME_LENGTH = 260;

interface Told {
  readonly runId: string;
  readonly watchers: readonly StreamWatcher[];
}

/**
 * 2,000 watchers of 40 runs that speak twice a second: how late each line reaches each watcher, from the moment
 * the pattern said it, through the executor, the log on disk and the gateway. Afterwards each watcher's ids are
 * compared with the run's whole story, read again. The floor is the same fan-out from a plain HTTP server.
 */
export async function runSseBench(): Promise<BenchReport> {
  const { system, stop } = await startBenchSystem({ RUNNEL_EXECUTION_TIMEOUT_MS: '300000' });
  const agent = new Agent({ maxSockets: Infinity });
  const pool = new Pool(system.baseUrl, { connections: 16 });
  const api = new BenchApi(pool, system.credentials.apiKey);
  const door = { api, baseUrl: system.baseUrl, agent };
  try {
    const told = await watchRuns(door, await api.deploy('Speaker', SPEAKER));
    const watchers = told.flatMap((run) => run.watchers);
    const late = watchers.flatMap(({ latencies }) => latencies);
    const { lost, doubled } = await compare(door, told);
    const plan = {
      groups: RUNS,
      ticks: TICKS,
      intervalMs: INTERVAL_MS,
      frameLength: FRAME_LENGTH,
    };
    const floor = await rawStreamFloor(plan, PER_RUN, agent);
    return {
      name: `${WATCHERS} watchers of ${RUNS} busy runs`,
      durability: await api.durability(),
      rows: [
        lateness('event to client, p50', late, floor, 50),
        lateness('event to client, p99', late, floor, 99),
        { label: 'lines measured', value: late.length, unit: 'lines', floor: floor.length },
        { label: 'lost', value: lost, unit: 'frames' },
        { label: 'doubled', value: doubled, unit: 'frames' },
      ],
    };
  } finally {
    await pool.close();
    agent.destroy();
    await stop();
  }
}

function lateness(
  label: string,
  late: readonly number[],
  floor: readonly number[],
  p: number,
): BenchRow {
  return { label, value: percentile(late, p), unit: 'ms', floor: percentile(floor, p) };
}

interface Door {
  readonly api: BenchApi;
  readonly baseUrl: string;
  readonly agent: Agent;
}

async function watchRuns(door: Door, deploymentId: string): Promise<readonly Told[]> {
  const path = `/api/deployments/${deploymentId}/execute?wait=false`;
  const told: Told[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const { data } = await door.api.call<{ data: { runId: string } }>('POST', path, {});
    const watchers = Array.from({ length: PER_RUN }, () => watch(door, data.runId));
    told.push({ runId: data.runId, watchers: await Promise.all(watchers) });
  }
  await Promise.all(told.flatMap(({ watchers }) => watchers.map(({ ended }) => ended)));
  return told;
}

function watch({ api, baseUrl, agent }: Door, runId: string): Promise<StreamWatcher> {
  return StreamWatcher.open(`${baseUrl}/v1/runs/${runId}/stream`, api.authorization, agent);
}

/** Frames of each run's whole story that a watcher was not told, and those that it was told again. */
async function compare(
  door: Door,
  told: readonly Told[],
): Promise<{ lost: number; doubled: number }> {
  let lost = 0;
  let doubled = 0;
  for (const { runId, watchers } of told) {
    const whole = await watch(door, runId);
    await whole.ended;
    for (const { ids } of watchers) {
      const distinct = new Set(ids);
      doubled += ids.length - distinct.size;
      lost += whole.ids.filter((id) => !distinct.has(id)).length;
    }
  }
  return { lost, doubled };
}

const node = (id: string, type: string, defaults: object = {}) => ({
  id,
  type,
  position: { x: 0, y: 0 },
  data: { defaults },
});
const wire = (source: string, sourceHandle: string, target: string, targetHandle: string) => ({
  id: `${source}-${target}-${targetHandle}`,
  source,
  sourceHandle,
  target,
  targetHandle,
});

/** Waits for its watchers, and then says something twice a second. */
const SPEAKER = {
  nodes: [
    node('start', 'OnStart'),
    node('lead', 'Delay', { seconds: LEAD_SECONDS }),
    node('ticks', 'ForRange', { start: 0, end: TICKS }),
    node('pause', 'Delay', { seconds: INTERVAL_MS / 1_000 }),
    node('say', 'Log'),
  ],
  edges: [
    wire('start', 'exec', 'lead', 'exec'),
    wire('lead', 'exec', 'ticks', 'exec'),
    wire('ticks', 'body', 'pause', 'exec'),
    wire('pause', 'exec', 'say', 'exec'),
    wire('ticks', 'index', 'say', 'message'),
  ],
  variables: [],
};
