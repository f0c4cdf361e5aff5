import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Test, type TestingModule } from '@nestjs/testing';
import { SystemClock } from '@runnel/clock';
import { newId } from '@runnel/ids';
import { connectNats, type DispatchMessage, type NatsConnection } from '@runnel/messaging';
import {
  commitOf,
  decide,
  type ExistingRun,
  foldRun,
  type Json,
  type RunCommand,
  type RunEvent,
} from '@runnel/run-domain';
import {
  connectPayloadStore,
  connectRunLog,
  connectWorkQueue,
  type JetStreamRunLog,
  type PayloadStore,
  type WorkQueue,
} from '@runnel/run-log';
import { SandboxPool, type SandboxPoolOptions } from '@runnel/sandbox';
import { ServiceModule, serviceSettings } from '@runnel/service';
import { createLogger, Metrics, Readiness } from '@runnel/telemetry';
import { compileSandbox, startTestNats, type TestNats, waitFor } from '@runnel/testing';

import { readConfig } from '../../config';
import { ExecutorModule } from '../../executor.module';

const clock = new SystemClock();
export const PROJECT = 'prj_a';

/** An executor as one Nest application in this process. */
export interface RunningExecutor {
  readonly metrics: Metrics;
  /** Value of one of its metrics, summed over labels. */
  value(metric: string): Promise<number>;
  /** What SIGTERM does. */
  stop(): Promise<void>;
}

/** A real NATS, real sandboxes, and executors; the test speaks for gateway, scheduler and deployments. */
export class ExecutorHarness {
  private readonly compiled = compileSandbox();
  private readonly running = new Set<RunningExecutor>();
  private readonly programs = new Map<string, string | undefined>();
  private readonly questions: string[] = [];
  private connection!: NatsConnection;
  nats!: TestNats;
  log!: JetStreamRunLog;
  payloads!: PayloadStore;
  queue!: WorkQueue;

  static async start(): Promise<ExecutorHarness> {
    const harness = new ExecutorHarness();
    harness.nats = await startTestNats();
    const connection = await connectNats(harness.nats.url, 'test');
    harness.connection = connection;
    harness.log = await connectRunLog({ connection, shards: 1 });
    harness.payloads = await connectPayloadStore({ connection });
    harness.queue = await connectWorkQueue({ connection });
    harness.speakForDeployments();
    return harness;
  }

  async stop(): Promise<void> {
    await this.stopExecutors();
    await this.log.close();
    await this.queue.close();
    await this.connection.close();
    await this.nats.stop();
    this.compiled.remove();
  }

  async stopExecutors(): Promise<void> {
    await Promise.all([...this.running].map((executor) => executor.stop()));
  }

  async startExecutor(
    env: Readonly<Record<string, string>> = {},
    sandbox: SandboxPoolOptions = {},
  ): Promise<RunningExecutor> {
    const config = readConfig({
      RUNNEL_NATS_URL: this.nats.url,
      RUNNEL_SHARDS: '1',
      RUNNEL_EGRESS_ALLOW: '127.0.0.1',
      RUNNEL_SHUTDOWN_GRACE_MS: '2200',
      ...env,
    });
    const metrics = new Metrics('executor');
    const root = ServiceModule.forRoot({
      app: 'executor',
      settings: serviceSettings('executor', config),
      module: ExecutorModule.forRoot(config),
      logger: createLogger('executor', 'silent'),
      metrics,
      readiness: new Readiness(),
    });
    const module = await Test.createTestingModule({ imports: [root] })
      .overrideProvider(SandboxPool)
      .useValue(new SandboxPool({ processes: 1, childEntry: this.compiled.child, ...sandbox }))
      .compile();
    await module.init();
    return this.remember(module, metrics);
  }

  /** A program that any number of runs may use; `body` is the inside of `async function run(rt)`. */
  program(body: string): string {
    const versionId = newId('patternVersion');
    this.programs.set(versionId, `(async function run(rt) {\n${body}\n})`);
    return versionId;
  }

  /** A program for sandbox processes that dies before it is of any use, but not at once. */
  dyingChild(): string {
    const file = join(this.compiled.folder, 'dying.js');
    writeFileSync(file, 'setTimeout(() => process.exit(1), 700);');
    return file;
  }

  /** From now on that is the program; undefined: there is no answer, as of a service that was killed. */
  answerFor(versionId: string, code: string | undefined): void {
    this.programs.set(versionId, code);
  }

  programOf(versionId: string): string | undefined {
    return this.programs.get(versionId);
  }

  /** How often the program was asked for. */
  asked(versionId: string): number {
    return this.questions.filter((question) => question === versionId).length;
  }

  /** Requests a run of the program and, unless told otherwise, offers it as the scheduler does. */
  async request(
    versionId: string,
    options: { readonly event?: Json; readonly timeoutMs?: number; readonly offer?: boolean } = {},
  ): Promise<string> {
    const runId = newId('run');
    await this.decide(runId, {
      type: 'RequestRun',
      now: clock.iso(),
      request: {
        kind: 'graph',
        definition: { id: 'pat_1', versionId, version: 1, name: 'sample' },
        trigger: { type: 'webhook', nodeId: 'hook' },
        payload: { inline: options.event ?? null },
        firstAttempt: 1,
        policy: {
          maxAttempts: 1,
          retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
          timeout: { ms: options.timeoutMs ?? 30_000, scope: 'run' },
          maxCrashesWithoutProgress: 3,
        },
        queue: 'default',
        priority: 0,
      },
    });
    if (options.offer !== false) await this.offer(runId);
    return runId;
  }

  /** Puts a run on the dispatch queue; `fresh` brings the commit that requested it along. */
  async offer(runId: string, fresh = true): Promise<void> {
    const { commits, revision } = await this.log.history(runId);
    const message: DispatchMessage = {
      runId,
      project: PROJECT,
      revision,
      ...(fresh && commits.length === 1 && { requested: commits[0]?.commit }),
    };
    await this.queue.publish('graph', 'default', Buffer.from(JSON.stringify(message)));
  }

  async decide(runId: string, command: RunCommand): Promise<void> {
    const { commits, revision } = await this.log.history(runId);
    const events = decide(command, foldRun(commits.map(({ commit }) => commit)));
    const actor = { kind: 'service', id: 'test' } as const;
    const { now: at } = command;
    const commandId = newId('command');
    await this.log.append(
      runId,
      revision,
      commitOf({ commandId, project: PROJECT, actor, at, events }),
    );
  }

  async state(runId: string): Promise<ExistingRun> {
    const { commits } = await this.log.history(runId);
    const state = foldRun(commits.map(({ commit }) => commit));
    if (state.status === 'absent') throw new Error('no such run');
    return state;
  }

  async events(runId: string): Promise<readonly RunEvent[]> {
    const { commits } = await this.log.history(runId);
    return commits.flatMap(({ commit }) => commit.events);
  }

  async types(runId: string): Promise<readonly string[]> {
    return (await this.events(runId)).map(({ type }) => type);
  }

  /** Waits until the run is in that status; fails with what it was instead. */
  async until(runId: string, status: ExistingRun['status'], timeoutMs = 20_000): Promise<void> {
    let last = 'nothing';
    await waitFor(
      async () => {
        last = (await this.state(runId).catch(() => undefined))?.status ?? last;
        return last === status ? true : undefined;
      },
      { timeoutMs, what: `run to be ${status}` },
    ).catch((cause: unknown) => {
      throw new Error(`the run is ${last}, not ${status}`, { cause });
    });
  }

  private remember(module: TestingModule, metrics: Metrics): RunningExecutor {
    const executor: RunningExecutor = {
      metrics,
      value: async (name) => {
        const metric = await metrics.registry.getSingleMetric(name)?.get();
        return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
      },
      stop: async () => {
        if (this.running.delete(executor)) await module.close();
      },
    };
    this.running.add(executor);
    return executor;
  }

  private speakForDeployments(): void {
    this.connection.subscribe('svc.deployments.get-program', {
      callback: (_error, message) => {
        const { data, id } = message.json<{ data: { versionId: string }; id: string }>();
        const { versionId } = data;
        this.questions.push(versionId);
        const code = this.programs.get(versionId);
        if (code === undefined && this.programs.has(versionId)) return;
        const program = code === undefined ? null : { versionId, project: PROJECT, code };
        message.respond(JSON.stringify({ response: { program }, isDisposed: true, id }));
      },
    });
  }
}
