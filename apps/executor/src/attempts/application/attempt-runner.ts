import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock } from '@runnel/clock';
import { isAppError, isErrorOfKind } from '@runnel/errors';
import type { ExistingRun, Journal, Json, RunCommand } from '@runnel/run-domain';
import type { PayloadStore, RunLog } from '@runnel/run-log';
import type { JournalEntry, SandboxPool, SandboxResult } from '@runnel/sandbox';
import type { Logger } from '@runnel/telemetry';

import { AttemptCommits, type TakenRun } from './attempt-commits';
import { type AttemptEnvironment, NO_ENVIRONMENT, openEnvironment } from './attempt-environment';
import type { Effects } from '../../effects/effects.port';
import { RedactedEffects } from '../../effects/redacted-effects';
import type { RunEnvironments } from '../../environments/environments.port';
import { redactCall, redactResult } from '../../environments/redact-guest';
import { commandFor } from './outcome';
import type { Programs, ProgramSource } from './programs.port';
import { type StepCall, StepRecorder } from './step-recorder';

export interface AttemptRunnerParts {
  readonly log: RunLog;
  readonly payloads: PayloadStore;
  readonly sandbox: SandboxPool;
  readonly programs: Programs;
  readonly effects: Effects;
  readonly environments: RunEnvironments;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly executor: string;
}

/** A run with its journal, ready to be worked on. */
export interface RunInHand extends TakenRun {
  readonly journal: Journal;
}

/** One attempt in progress. */
export interface Attempt {
  readonly commits: AttemptCommits;
  /** Resolves when the attempt has ended in the log or is lost; rejects with what kept it from starting. */
  readonly ended: Promise<void>;
}

/** Works on runs: program, sandbox, steps, and the commits that tell of it. */
export class AttemptRunner {
  constructor(private readonly parts: AttemptRunnerParts) {}

  /** Starts work. Whoever aborts `abort`, the caller or a step whose attempt is lost, ends it without a further commit. */
  start(run: RunInHand, abort: AbortController): Attempt {
    const { log, clock, executor } = this.parts;
    const commits = new AttemptCommits(log, clock, executor, run, abort.signal);
    return { commits, ended: this.work(run, commits, abort) };
  }

  private async work(
    run: RunInHand,
    commits: AttemptCommits,
    abort: AbortController,
  ): Promise<void> {
    const { definition } = run.state.request;
    const program = await this.parts.programs.load(run.project, definition.versionId);
    if (program === undefined) return this.failForWantOf(definition.versionId, commits);
    const environment = program.readsEnvironment
      ? await this.openEnvironment(run, commits, abort.signal)
      : NO_ENVIRONMENT;
    if (environment === undefined) return this.failForWantOfEnvironment(commits);
    const effects = new RedactedEffects(this.parts.effects, environment.redactor);
    const recorder = new StepRecorder({
      ...this.parts,
      effects,
      run,
      commits,
      signal: abort.signal,
    });
    recorder.carry(environment.steps);
    const told = await this.execute(run, program, environment, recorder, abort);
    const result = redactResult(environment.redactor, told);
    abort.signal.throwIfAborted();
    if (result.status === 'suspended') return;
    recorder.note(result.notes);
    await this.end(run, commits, recorder, result);
  }

  /**
   * An attempt that has claimed its run while it was waiting for its environment goes on waiting, for as long as the run
   * may take: nobody else would take it up.
   */
  private async openEnvironment(
    run: RunInHand,
    commits: AttemptCommits,
    signal: AbortSignal,
  ): Promise<AttemptEnvironment | undefined> {
    const { clock } = this.parts;
    const deadline = clock.now() + remainingMs(run.state, clock.now());
    for (;;) {
      try {
        return await openEnvironment(run, this.parts);
      } catch (error) {
        const waits = commits.claimed && clock.now() < deadline;
        if (!isErrorOfKind(error, 'unavailable') || !waits) throw error;
        await sleep(UNAVAILABLE_PAUSE_MS, undefined, { signal });
      }
    }
  }

  private async execute(
    run: RunInHand,
    program: ProgramSource,
    environment: AttemptEnvironment,
    recorder: StepRecorder,
    abort: AbortController,
  ): Promise<SandboxResult> {
    const { sandbox, payloads, clock } = this.parts;
    const { definition, trigger } = run.state.request;
    const step = async (call: StepCall): Promise<Json> => {
      try {
        return await recorder.step(redactCall(environment.redactor, call));
      } catch (error) {
        // Only what a step itself raises is the program's to catch; a lost attempt or log ends it at once.
        if (isAppError(error)) abort.abort(error);
        throw error;
      }
    };
    return sandbox.run(
      {
        id: run.runId,
        project: run.project,
        programId: definition.versionId,
        program: () => Promise.resolve(program),
        request: {
          trigger: { nodeId: trigger.nodeId ?? '' },
          event: await payloads.get(run.state.payload),
          ...environment.request,
          traced: false,
          limits: GUEST_LIMITS,
        },
        journal: await entriesOf(run.journal, payloads),
        logLinesSeen: run.journal.logLines,
        limits: { wallMs: remainingMs(run.state, clock.now()) },
        signal: abort.signal,
      },
      { step },
    );
  }

  private async end(
    run: RunInHand,
    commits: AttemptCommits,
    recorder: StepRecorder,
    result: SandboxResult,
  ): Promise<void> {
    const { payloads, random, logger } = this.parts;
    const value = result.status === 'completed' ? result.output : null;
    const output = await payloads.put(value, { project: run.project, runId: run.runId });
    const { attempt } = commits.current;
    const chance = random();
    await commits.append((now): readonly RunCommand[] => {
      const command = commandFor(result, { attempt, now, random: chance, output });
      return command === undefined ? [] : [...recorder.takeCarried(now), command];
    });
    logger.debug({ runId: run.runId, attempt, outcome: result.status }, 'attempt ended');
  }

  private async failForWantOfEnvironment(commits: AttemptCommits): Promise<void> {
    const message = 'the environment this run began with was deleted; start a new run';
    await commits.append((now) => [
      {
        type: 'SystemFailRun',
        now,
        error: { type: 'EnvironmentMissing', code: 'ENVIRONMENT_MISSING', message },
      },
    ]);
  }

  private async failForWantOf(versionId: string, commits: AttemptCommits): Promise<void> {
    const message = `definition version ${versionId} does not exist any more`;
    await commits.append((now) => [
      {
        type: 'SystemFailRun',
        now,
        error: { type: 'DefinitionMissing', code: 'DEFINITION_MISSING', message },
      },
    ]);
  }
}

/** Pause between two tries to reach the owner of environments. */
const UNAVAILABLE_PAUSE_MS = 250;

/** contracts/automation.md C.6. */
const GUEST_LIMITS = { maxLogLines: 1_000, maxLogBytes: 262_144, maxSteps: 100_000 } as const;

/** Recorded steps and values in the form in which the sandbox replays them. */
async function entriesOf(
  journal: Journal,
  payloads: PayloadStore,
): Promise<Record<string, JournalEntry>> {
  const entries: Record<string, JournalEntry> = {};
  for (const [key, step] of Object.entries(journal.steps)) {
    entries[key] = step.ok ? { ok: true, output: await payloads.get(step.output) } : step;
  }
  for (const [key, value] of Object.entries(journal.values)) {
    entries[key] = { ok: true, output: await payloads.get(value) };
  }
  return entries;
}

/** Wall clock left for the run: until its deadline, or all of it before the first attempt. At least 1 ms. */
function remainingMs(state: ExistingRun, now: number): number {
  const left =
    state.timeoutAt === undefined
      ? state.request.policy.timeout.ms
      : Date.parse(state.timeoutAt) - now;
  return Math.max(1, left);
}
