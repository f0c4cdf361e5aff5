import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock } from '@runnel/clock';
import { isErrorOfKind, messageOf } from '@runnel/errors';
import type { ExistingRun, Journal, Json, RunCommand } from '@runnel/run-domain';
import type { PayloadStore, RunLog } from '@runnel/run-log';
import {
  isSuspendRun,
  type JournalEntry,
  type SandboxPool,
  type SandboxResult,
} from '@runnel/sandbox';
import type { Logger } from '@runnel/telemetry';

import type { Attempt } from './attempt';
import { AttemptCommits, type TakenRun } from './attempt-commits';
import { EffectError, type Effects } from '../../effects/effects.port';
import { RedactedEffects } from '../../effects/redacted-effects';
import type { RunEnvironments } from '../../environments/environments.port';
import { redactCall, redactResult } from '../../environments/redact-guest';
import { type AttemptEnvironment, NO_ENVIRONMENT, openEnvironment } from './attempt-environment';
import { keepPayload } from './keep-payload';
import { commandFor } from './outcome';
import type { Programs, ProgramSource } from './programs.port';
import { isOursToRescue, rescueOf } from './rescue';
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

/** What the parts of one attempt share. */
interface AttemptInHand {
  readonly run: RunInHand;
  readonly commits: AttemptCommits;
  /** Ends the sandbox and all open calls; aborted when the program has ended, too. */
  readonly abort: AbortController;
  /** Aborted when a log that is away is no longer waited for. */
  readonly patience: { aborted: boolean };
  hasProgram: boolean;
}

/** A run that cannot go on for want of something is put back after this. */
const RESTART_PAUSE_MS = 1_000;
/** Nobody reads it: whoever waits for a call of a program that has ended is gone. */
const PROGRAM_ENDED = new Error('the program has ended');

/** Works on runs: program, sandbox, steps, and the commits that tell of it. */
export class AttemptRunner {
  constructor(private readonly parts: AttemptRunnerParts) {}

  /** Starts work. Whoever aborts `abort`, the caller or a step whose attempt is lost, ends it. */
  start(run: RunInHand, abort: AbortController): Attempt {
    const { log, clock, executor } = this.parts;
    const patience = { aborted: false };
    const commits = new AttemptCommits(log, clock, executor, run, patience);
    const hand: AttemptInHand = { run, commits, abort, patience, hasProgram: false };
    return {
      commits,
      get hasProgram() {
        return hand.hasProgram;
      },
      ended: this.work(hand).catch((error: unknown) => this.rescue(hand, error)),
      stopWaiting: () => (patience.aborted = true),
    };
  }

  private async work(hand: AttemptInHand): Promise<void> {
    const { run, commits, abort } = hand;
    const { definition } = run.state.request;
    const program = await this.parts.programs.load(run.project, definition.versionId);
    if (program === undefined) return this.failForWantOf(definition.versionId, commits);
    const environment = program.readsEnvironment
      ? await openEnvironment(run, this.parts)
      : NO_ENVIRONMENT;
    if (environment === undefined) return this.failForWantOfEnvironment(commits);
    hand.hasProgram = true;
    const effects = new RedactedEffects(this.parts.effects, environment.redactor);
    const { signal } = abort;
    const recorder = new StepRecorder({ ...this.parts, effects, run, commits, signal });
    recorder.carry(environment.steps);
    let result: SandboxResult;
    try {
      const told = await this.execute(run, program, environment, recorder, abort);
      result = redactResult(environment.redactor, told);
      signal.throwIfAborted();
    } finally {
      abort.abort(PROGRAM_ENDED); // a call that is still open outlives the program otherwise
    }
    if (result.status === 'suspended') return;
    recorder.note(result.notes);
    await this.end(hand, recorder, result);
  }

  /** Puts into the log what becomes of a run whose attempt broke off. Throws what is not ours to decide. */
  private async rescue({ run, commits }: AttemptInHand, error: unknown): Promise<void> {
    const { logger, executor, random } = this.parts;
    const away = isErrorOfKind(error, 'unavailable');
    if (!isOursToRescue(error) || (away && !commits.claimed)) throw error;
    const { runId } = run;
    if (away) await sleep(RESTART_PAUSE_MS);
    const chance = random();
    await commits.append((now) => [
      rescueOf(error, { now, executor, attempt: commits.current.attempt, random: chance }),
    ]);
    if (away) logger.warn({ runId, reason: messageOf(error) }, 'attempt broken off, run put back');
    else logger.error({ runId, err: error }, 'attempt broken off');
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
        if (!(error instanceof EffectError) && !isSuspendRun(error)) abort.abort(error);
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
    { run, commits, patience }: AttemptInHand,
    recorder: StepRecorder,
    result: SandboxResult,
  ): Promise<void> {
    const { payloads, random, logger } = this.parts;
    const value = result.status === 'completed' ? result.output : null;
    const output = await keepPayload(payloads, value, run, patience);
    await recorder.spill();
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
