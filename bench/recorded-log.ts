import { newId } from '@runnel/ids';
import {
  commitOf,
  decide,
  decodeCommit,
  evolve,
  initialState,
  type OutputLine,
  type RunCommand,
  type RunEvent,
  type RunRequested,
} from '@runnel/run-domain';
import type { LogEntry, RunLog, TailOptions } from '@runnel/run-log';

/** A message of a shard as the log's server holds it. */
export interface RecordedMessage {
  readonly runId: string;
  readonly kind: 'commit' | 'output';
  readonly text: string;
}

/** Entries that one reading of a shard gives at once. */
const WINDOW = 500;

/**
 * A log that was recorded before: reading it costs what decoding its messages costs, and nothing on the network,
 * so that a benchmark of what comes after is bounded by that.
 */
export class RecordedLog implements Pick<RunLog, 'shards' | 'tail'> {
  readonly shards: number;

  constructor(private readonly messages: readonly (readonly RecordedMessage[])[]) {
    this.shards = messages.length;
  }

  async *tail(shard: number, { after, signal }: TailOptions): AsyncGenerator<readonly LogEntry[]> {
    const messages = this.messages[shard] ?? [];
    for (let from = after; from < messages.length && !signal.aborted; from += WINDOW) {
      yield messages.slice(from, from + WINDOW).map((message, index) => {
        return decode(message, { shard, seq: from + index + 1 });
      });
    }
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
}

function decode({ runId, kind, text }: RecordedMessage, position: LogEntry['position']): LogEntry {
  const json: unknown = JSON.parse(text);
  if (kind === 'commit') return { kind, runId, position, commit: decodeCommit(json) };
  const { project, lines } = json as { project: string; lines: OutputLine[] };
  return { kind, runId, position, project, lines };
}

/** What one run of three nodes leaves in the log: asked for, done, and what it said. Six events. */
export function recordRun(n: number): readonly RecordedMessage[] {
  const runId = newId('run');
  const at = (ms: number) => new Date(START + n * 3 + ms).toISOString();
  const [asked, done] = [
    [{ type: 'RequestRun', now: at(0), request: requestOf(n) }],
    [
      { type: 'StartAttempt', now: at(9), executor: EXECUTOR, startedAt: at(4) },
      {
        type: 'RecordSteps',
        now: at(9),
        attempt: 1,
        steps: [0, 1, 2].map((node) => step(node, at(5))),
      },
      {
        type: 'CompleteRun',
        now: at(9),
        attempt: 1,
        output: { inline: { accepted: true, order: n } },
      },
    ],
  ] as unknown as readonly (readonly RunCommand[])[];
  let state = initialState;
  const commit = (commands: readonly RunCommand[] = []): RecordedMessage => {
    const events: RunEvent[] = [];
    const now = commands[0]?.now ?? '';
    for (const command of commands) {
      for (const event of decide(command, state)) {
        state = evolve(state, event, now);
        events.push(event);
      }
    }
    const text = JSON.stringify(
      commitOf({ commandId: newId('command'), project: PROJECT, actor: ACTOR, at: now, events }),
    );
    return { runId, kind: 'commit', text };
  };
  const first = commit(asked);
  const second = commit(done);
  const output = JSON.stringify({
    project: PROJECT,
    lines: [0, 1].map((line) => said(line, n, at(8))),
  });
  return [first, second, { runId, kind: 'output', text: output }];
}

const START = Date.UTC(2026, 0, 15);
const PROJECT = newId('project');
const EXECUTOR = newId('executor');
const DEPLOYMENT = newId('deployment');
const ENDPOINT = newId('webhookEndpoint');
const ACTOR = { kind: 'webhook', id: ENDPOINT } as const;
const PATTERN = {
  id: newId('pattern'),
  versionId: newId('patternVersion'),
  version: 3,
  name: 'Order intake',
};

function requestOf(n: number): RunRequested {
  return {
    kind: 'graph',
    definition: PATTERN,
    deploymentId: DEPLOYMENT,
    trigger: { type: 'webhook', nodeId: 'node_1', endpointId: ENDPOINT },
    payload: {
      inline: {
        headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0' },
        body: {
          order: n,
          items: [{ sku: 'A-1', quantity: 2 }],
          customer: { email: 'a@example.com' },
        },
        query: {},
        method: 'POST',
        url: '/webhooks/whk_0123456789abcdef0123456789abcdef',
      },
    },
    firstAttempt: 1,
    policy: {
      maxAttempts: 1,
      retry: { strategy: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
      timeout: { ms: 30_000, scope: 'run' },
      deadLetterFrom: 3,
      maxCrashesWithoutProgress: 5,
    },
    queue: 'default',
    priority: 0,
  };
}

function step(node: number, startedAt: string) {
  return {
    type: 'StepCompleted',
    data: {
      attempt: 1,
      key: `node_${node}:0`,
      nodeId: `node_${node}`,
      nodeType: ['OnWebhook', 'Branch', 'Log'][node],
      effect: 'none',
      output: { inline: { value: node, text: 'what a node gave to the next' } },
      startedAt,
      durationMs: 1,
    },
  };
}

function said(line: number, n: number, at: string): OutputLine {
  const message = `order ${n} is accepted`;
  return { n: line, kind: 'log', at, level: 'info', message, nodeId: 'node_2', nodeName: 'Log' };
}
