import type { Json, SandboxHost, SandboxResult, SandboxRun, StepCall } from '../api';
import { SandboxPool, type SandboxPoolOptions } from '../sandbox-pool';
import { compileSandbox } from '@runnel/testing';

/** The smallest prelude there can be: `rt` is the host and the request. */
export const PRELUDE = 'globalThis.createRuntime = (host, request) => ({ host, request });';

/** What a test says about a run; the rest is the same for all. */
export type RunChange = Partial<Omit<SandboxRun, 'request'>> & { readonly event?: Json };

/** What executes the runs of a test. */
export type Runner = Pick<SandboxPool, 'run'>;

/** Pools for one test file, closed when it is over. */
export class SandboxHarness {
  readonly compiled = compileSandbox();
  private readonly pools: SandboxPool[] = [];
  private runs = 0;

  pool(options: SandboxPoolOptions = {}): SandboxPool {
    const pool = new SandboxPool({ processes: 1, childEntry: this.compiled.child, ...options });
    this.pools.push(pool);
    return pool;
  }

  /** Runs the body of a program; `rt` is in scope. Two runs of one body share a program unless they say otherwise. */
  run(
    pool: Runner,
    body: string,
    change: RunChange = {},
    host: SandboxHost = refusing,
  ): Promise<SandboxResult> {
    const { event = null, ...rest } = change;
    this.runs += 1;
    return pool.run(
      {
        id: `run_${this.runs}`,
        project: 'prj_one',
        programId: body,
        program: async () => ({ prelude: PRELUDE, code: `(async function run(rt) {\n${body}\n})` }),
        request: {
          trigger: { nodeId: 'start' },
          event,
          traced: false,
          limits: { maxLogLines: 1_000, maxLogBytes: 262_144, maxSteps: 100_000 },
        },
        journal: {},
        logLinesSeen: 0,
        ...rest,
      },
      host,
    );
  }

  /** The output of a run that must complete. */
  async output(
    pool: Runner,
    body: string,
    change: RunChange = {},
    host: SandboxHost = refusing,
  ): Promise<Json> {
    const result = await this.run(pool, body, change, host);
    if (result.status !== 'completed')
      throw new Error(`the run ended as ${JSON.stringify(result)}`);
    return result.output;
  }

  /** The error of a run that must fail. */
  async error(pool: Runner, body: string, change: RunChange = {}, host: SandboxHost = refusing) {
    const result = await this.run(pool, body, change, host);
    if (result.status !== 'failed') throw new Error(`the run ended as ${JSON.stringify(result)}`);
    return result.error;
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.close()));
    this.compiled.remove();
  }
}

const refusing: SandboxHost = {
  step: ({ key }) => Promise.reject(new Error(`nobody expected step ${key}`)),
};

/** A host that remembers what it was asked and answers as it is told. */
export class RecordingHost implements SandboxHost {
  readonly calls: StepCall[] = [];

  constructor(
    private readonly answer: (call: StepCall) => Promise<Json> = async ({ input }) => input,
  ) {}

  step(call: StepCall): Promise<Json> {
    this.calls.push(call);
    return this.answer(call);
  }
}

/** A promise with its ends in the test's hands. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
} {
  let ends: { resolve(value: T): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => (ends = { resolve, reject }));
  return {
    promise,
    resolve: (value) => ends?.resolve(value),
    reject: (error) => ends?.reject(error),
  };
}
