import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { GraphData, Json } from '@runnel/definitions';
import { compileGraph } from '../compile-graph';
import type { CompileOptions } from '../compile-graph';
import { RUNTIME_PRELUDE } from '../runtime-prelude';
import type { GuestRequest } from '../runtime/guest-types';

/** An answer of the fake host to a step, by key (`node_2:0`) or node id; `suspend` never answers. */
export type StepAnswer =
  | { readonly ok: true; readonly output: Json }
  | {
      readonly ok: false;
      readonly error: { readonly type: string; readonly message: string; readonly code?: string };
    }
  | 'suspend';

export interface GuestRun {
  readonly prelude: string;
  readonly code: string;
  readonly request: GuestRequest;
  readonly answers?: Readonly<Record<string, StepAnswer>>;
  /** Recorded values by key; others are made up. */
  readonly values?: Readonly<Record<string, Json>>;
  /** Bytes; 256 KiB by default. */
  readonly stackSize?: number;
}

export interface GraphRunOptions extends Partial<Omit<GuestRun, 'code' | 'request'>> {
  readonly trigger?: string;
  readonly event?: Json;
  readonly compile?: CompileOptions;
  readonly request?: Partial<GuestRequest>;
}

/** How a run ended, and all that the host was told. */
export interface GuestOutcome {
  readonly status: 'completed' | 'failed' | 'suspended' | 'broken';
  readonly output?: Json;
  readonly error?: { type: string; message: string; nodeId?: string; code?: string };
  readonly steps: { key: string; nodeId: string; type: string; input: Json }[];
  readonly values: { key: string; kind: string; value: Json }[];
  readonly logs: { level: string; message: string; nodeId: string }[];
  readonly fired: { key: string; nodeId: string; type: string; output: Json; inputs: Json }[];
  readonly firedOmitted: number;
}

/** A process with real QuickJS VMs, one fresh VM for each run. Close it after the tests. */
export class GuestVm {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, (outcome: GuestOutcome) => void>();
  private lastId = 0;

  constructor() {
    this.child = spawn(process.execPath, [join(__dirname, 'quickjs-runner.mjs')]);
    this.child.stderr.pipe(process.stderr);
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const { id, ...outcome } = JSON.parse(line) as GuestOutcome & { id: number };
      this.waiting.get(id)?.(outcome);
      this.waiting.delete(id);
    });
  }

  run(run: GuestRun): Promise<GuestOutcome> {
    const id = (this.lastId += 1);
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.stdin.write(`${JSON.stringify({ id, ...run })}\n`);
    });
  }

  /** Compiles the graph and runs it from `trigger` (its first node by default). */
  runGraph(graph: GraphData, options: GraphRunOptions = {}): Promise<GuestOutcome> {
    const { trigger, event, compile, request, prelude, ...rest } = options;
    const compiled = compileGraph(graph, compile);
    if (!compiled.ok) throw new Error(`The graph is invalid: ${JSON.stringify(compiled.errors)}`);
    const nodeId = trigger ?? graph.nodes[0]?.id ?? '';
    return this.run({
      prelude: prelude ?? RUNTIME_PRELUDE,
      code: compiled.code,
      request: { trigger: { nodeId }, event: event ?? null, ...request },
      ...rest,
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin.end();
    await ended;
  }
}
