import type { Clock } from '@runnel/clock';
import { isErrorOfKind } from '@runnel/errors';
import type {
  Json,
  OutputLine,
  Payload,
  RunCommand,
  RunError,
  StepEvent,
} from '@runnel/run-domain';
import type { PayloadStore, RunLog } from '@runnel/run-log';
import { type GuestNotes, SuspendRun } from '@runnel/sandbox';

import type { AttemptCommits, TakenRun } from './attempt-commits';
import { EffectError, type Effects } from '../../effects/effects.port';
import { linesOf, stepsOf } from './guest-notes';
import { keepPayload } from './keep-payload';
import { chunksOf } from './step-chunks';

/** A step the sandboxed program waits for, with all that happened in the program since the last one. */
export interface StepCall {
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly input: Json;
  readonly notes: GuestNotes;
}

export interface StepRecorderParts {
  readonly run: TakenRun;
  readonly commits: AttemptCommits;
  readonly log: RunLog;
  readonly payloads: PayloadStore;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A delay longer than this gives the executor free; the run goes on from its journal when the time is over. */
const HOLD_DELAY_MS = 5_000;

/**
 * Performs the steps that touch the world and records each before the program goes on (DESIGN, "Doing the
 * work"): the claim is on disk before the first, the result before the next.
 */
export class StepRecorder {
  private carried: readonly StepEvent[] = [];
  private logLines = 0;

  constructor(private readonly parts: StepRecorderParts) {}

  /** Called by the sandbox for a step that the journal does not hold. Throws what the program may catch, or SuspendRun. */
  async step(call: StepCall): Promise<Json> {
    this.note(call.notes);
    switch (call.nodeType) {
      case 'RespondToWebhook':
        return this.respond(call);
      case 'Delay':
        return this.delay(call);
      default:
        return this.perform(call);
    }
  }

  /** Takes over what the program has done since its last step; it is recorded with the next commit. */
  note(notes: GuestNotes): void {
    const { run, log, commits } = this.parts;
    this.carried = [...this.carried, ...stepsOf(notes, commits.current.attempt)];
    const lines: readonly OutputLine[] = linesOf(notes);
    if (lines.length === 0) return;
    this.logLines = (lines.at(-1)?.n ?? -1) + 1;
    log.appendOutput(run.runId, run.project, lines);
  }

  /** Takes over steps that go with the next commit. */
  carry(steps: readonly StepEvent[]): void {
    this.carried = [...this.carried, ...steps];
  }

  /** Stores what is carried, save for what fits into one more commit. */
  async spill(): Promise<void> {
    const chunks = chunksOf(this.carried);
    this.carried = chunks.at(-1) ?? [];
    await this.append(chunks.slice(0, -1));
  }

  /** The command that records what is carried, none when nothing is. Its steps must then be appended. */
  takeCarried(now: string): readonly RunCommand[] {
    return this.carried.length === 0 ? [] : [this.recordCommand(now, this.carried)];
  }

  private async perform(call: StepCall): Promise<Json> {
    const { run, commits, effects, clock, signal } = this.parts;
    if (!commits.claimed) await this.record([]);
    const startedAt = clock.iso();
    const began = clock.now();
    try {
      const { runId, project } = run;
      const output = await effects.perform({ ...call, runId, project, signal });
      const payload = await this.keep(output);
      await this.record([this.completed(call, payload, startedAt, clock.now() - began)]);
      return output;
    } catch (error) {
      if (!(error instanceof EffectError) || signal.aborted) throw error;
      await this.record([
        this.failed(call, errorOf(error, call.nodeId), startedAt, clock.now() - began),
      ]);
      throw error;
    }
  }

  /** Whoever holds the request watches the log: the event is the effect. */
  private async respond(call: StepCall): Promise<Json> {
    const payload = await this.keep(call.input);
    await this.record([this.completed(call, payload, this.parts.clock.iso(), 0)]);
    return null;
  }

  /** What no payload can hold is an error of the step. Throws EffectError, UnavailableError. */
  private async keep(output: Json): Promise<Payload> {
    const { payloads, run, signal } = this.parts;
    try {
      return await keepPayload(payloads, output, run, signal);
    } catch (error) {
      if (!isErrorOfKind(error, 'invalid_input')) throw error;
      throw new EffectError('LimitError', error.message, error.code, { cause: error });
    }
  }

  private async delay(call: StepCall): Promise<Json> {
    const ms = delayMs(call.input);
    if (ms <= HOLD_DELAY_MS) return this.perform(call);
    const { clock, commits } = this.parts;
    const until = new Date(clock.now() + ms).toISOString();
    await this.spill();
    const carried = this.carried;
    this.carried = [];
    await commits.append((now) => [
      ...(carried.length > 0 ? [this.recordCommand(now, carried)] : []),
      {
        type: 'WaitRun',
        now,
        attempt: commits.current.attempt,
        wait: { kind: 'timer', key: call.key, until },
      },
    ]);
    throw new SuspendRun();
  }

  /** The claim if it is due, what is carried, and these steps: one commit, unless that is more than one holds. */
  private async record(steps: readonly StepEvent[]): Promise<void> {
    const chunks = chunksOf([...this.carried, ...steps]);
    this.carried = [];
    if (chunks.length === 0) await this.parts.commits.append(() => []);
    else await this.append(chunks);
  }

  /** All are asked for at once: nothing comes between them. */
  private async append(chunks: readonly (readonly StepEvent[])[]): Promise<void> {
    const { commits } = this.parts;
    await Promise.all(
      chunks.map((steps) => commits.append((now) => [this.recordCommand(now, steps)])),
    );
  }

  private recordCommand(now: string, steps: readonly StepEvent[]): RunCommand {
    return { type: 'RecordSteps', now, attempt: this.parts.commits.current.attempt, steps };
  }

  private completed(
    call: StepCall,
    output: Payload,
    startedAt: string,
    durationMs: number,
  ): StepEvent {
    return {
      type: 'StepCompleted',
      data: {
        ...this.ref(call),
        effect: 'outside',
        output,
        startedAt,
        durationMs,
        logLines: this.logLines,
      },
    };
  }

  private failed(
    call: StepCall,
    error: RunError,
    startedAt: string,
    durationMs: number,
  ): StepEvent {
    return {
      type: 'StepFailed',
      data: { ...this.ref(call), error, startedAt, durationMs, logLines: this.logLines },
    };
  }

  private ref({ key, nodeId, nodeType }: StepCall) {
    return { attempt: this.parts.commits.current.attempt, key, nodeId, nodeType };
  }
}

function errorOf(error: EffectError, nodeId: string): RunError {
  return {
    type: error.type,
    message: error.message,
    nodeId,
    ...(error.code !== undefined && { code: error.code }),
  };
}

/** The compiler has made sure of the shape and the bounds (0 to 3600 s). */
function delayMs(input: Json): number {
  const seconds =
    typeof input === 'object' && input !== null && 'seconds' in input ? Number(input.seconds) : 0;
  return Math.max(0, Math.min(seconds, 3600)) * 1000;
}
