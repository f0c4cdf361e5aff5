import { messageOf } from '@runnel/errors';

import type {
  GuestError,
  GuestNotes,
  JournalEntry,
  Json,
  SandboxHost,
  SandboxLimits,
  SandboxResult,
  SandboxRun,
} from './api';
import { DEFAULT_LIMITS, limitError, NO_NOTES } from './limits';
import type { SandboxChild } from './sandbox-child';
import { isSuspendRun } from './suspend-run';
import { type RunHead, type StepHead, TO_CHILD } from './wire/messages';

/** What came of a step, as the child is told. */
interface StepAnswer {
  readonly ok: boolean;
  readonly json: string;
}

/**
 * One call of `SandboxPool.run`: the run, and all that must survive the child it is in. When a child dies its
 * runs are executed again in another: what the host was told is not told again, what it has done is replayed,
 * what it is doing is waited for.
 */
export class Execution {
  readonly limits: SandboxLimits;
  /** When the run is over, ms of a monotonic clock. Its wall clock starts with its first VM. */
  deadline: number;
  /** Where the run is, and its number there. */
  child: SandboxChild | undefined;
  number = 0;
  /** Steps the guest waits for. */
  openSteps = 0;
  /** True once the child has been told of the run. */
  private isTold = false;
  /** How many children died of this run. */
  strikes = 0;
  /** Moved away from a busy child; happens once. */
  moved = false;
  /** When the run was told to end because its time is over: only its last notes are waited for. */
  endingAt: number | undefined;
  /** True once the caller has its result. */
  isOver = false;
  isQueued = false;
  private isStarted = false;
  /** What was recorded since the run was handed over. */
  private readonly recorded = new Map<string, JournalEntry>();
  private untold = NO_NOTES;
  private logLinesSeen: number;
  private readonly firedSeen = new Set<string>();
  private firedOmitted = 0;
  private readonly steps = new Map<string, Promise<StepAnswer>>();

  constructor(
    readonly run: SandboxRun,
    private readonly host: SandboxHost,
    now: number,
    private readonly caller: {
      readonly resolve: (result: SandboxResult) => void;
      readonly reject: (error: unknown) => void;
      /** Called before either. */
      readonly over: (execution: Execution) => void;
    },
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...run.limits };
    this.deadline = now + (run.endsWithinMs ?? Infinity);
    this.logLinesSeen = run.logLinesSeen;
    run.signal?.addEventListener('abort', this.letGo);
  }

  /** True while it is the child's turn: neither the program nor a step is waited for. */
  get needsChild(): boolean {
    return this.isTold && this.openSteps === 0;
  }

  /** Hands the run to a child that has its program. */
  start(program: number): void {
    this.isTold = true;
    const head: RunHead = {
      seed: this.run.id,
      limits: this.limits,
      journal:
        this.recorded.size === 0
          ? this.run.journal
          : { ...this.run.journal, ...Object.fromEntries(this.recorded) },
      seen: {
        logLines: this.logLinesSeen,
        fired: [...this.firedSeen],
        firedOmitted: this.firedOmitted,
      },
    };
    this.child?.send(
      TO_CHILD.run,
      this.number,
      program,
      JSON.stringify(head),
      JSON.stringify(this.run.request),
    );
  }

  /** Takes the run out of its child. */
  detach(): void {
    this.child?.runs.delete(this.number);
    this.child = undefined;
    this.number = 0;
    this.openSteps = 0;
    this.isTold = false;
  }

  /** The guest asks for a step. `step` numbers the question, not the step: a replay may ask anew. */
  ask(step: number, head: StepHead, input: Json): void {
    const { key, nodeId, nodeType } = head;
    const notes = this.take(head.notes);
    const { child, number } = this;
    this.openSteps += 1;
    let answer = this.steps.get(key);
    if (answer === undefined) {
      answer = this.perform({ key, nodeId, nodeType, input, notes });
      this.steps.set(key, answer);
    } else {
      this.untold = notes; // told with the next step, or with the result
    }
    void answer.then(({ ok, json }) => {
      if (this.number !== number) return; // over, or asked again elsewhere
      this.openSteps -= 1;
      child?.send(ok ? TO_CHILD.stepDone : TO_CHILD.stepFailed, number, step, '', json);
    });
  }

  /** Hands the run to a child, as this number. */
  attach(child: SandboxChild, number: number, now: number): void {
    if (!this.isStarted) {
      this.isStarted = true;
      this.deadline = Math.min(this.deadline, now + this.limits.wallMs);
      this.run.started?.();
    }
    this.child = child;
    this.number = number;
    this.isQueued = false;
    child.runs.set(number, this);
  }

  /** Ends the run; only the first ending counts. */
  settle(result: SandboxResult): void {
    this.over(() => this.caller.resolve(result));
  }

  /** Ends the run by a failure that is not the program's. */
  abandon(error: unknown): void {
    this.over(() => this.caller.reject(error));
  }

  failBy(error: GuestError, cpuMs = 0): void {
    this.settle({ status: 'failed', error, notes: NO_NOTES, cpuMs });
  }

  timeOut(notes: GuestNotes = NO_NOTES, cpuMs = 0): void {
    this.settle({ status: 'timed_out', error: limitError('WALL_LIMIT'), notes, cpuMs });
  }

  /** Takes what happened in the guest, so that a second execution does not tell it again. */
  take(notes: unknown): GuestNotes {
    if (notes === undefined && this.untold === NO_NOTES) return NO_NOTES;
    const taken = joinNotes(this.untold, (notes as GuestNotes | undefined) ?? NO_NOTES);
    this.untold = NO_NOTES;
    this.logLinesSeen = (taken.logs.at(-1)?.n ?? this.logLinesSeen - 1) + 1;
    for (const { key } of taken.fired) this.firedSeen.add(key);
    this.firedOmitted += taken.firedOmitted;
    for (const { key, output } of taken.values) this.recorded.set(key, { ok: true, output });
    return taken;
  }

  private async perform(call: Parameters<SandboxHost['step']>[0]): Promise<StepAnswer> {
    try {
      const output = (await this.host.step(call)) ?? null;
      const json = JSON.stringify(output);
      this.recorded.set(call.key, { ok: true, output });
      return { ok: true, json };
    } catch (error) {
      if (isSuspendRun(error)) {
        this.letGo();
        return { ok: false, json: '{}' };
      }
      const told = stepErrorOf(error);
      this.recorded.set(call.key, { ok: false, error: told });
      return { ok: false, json: JSON.stringify(told) };
    }
  }

  private readonly letGo = (): void =>
    this.settle({ status: 'suspended', notes: NO_NOTES, cpuMs: 0 });

  private over(how: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    this.run.signal?.removeEventListener('abort', this.letGo);
    this.caller.over(this);
    how();
  }
}

function joinNotes(first: GuestNotes, second: GuestNotes): GuestNotes {
  if (first === NO_NOTES) return second;
  return {
    fired: [...first.fired, ...second.fired],
    firedOmitted: first.firedOmitted + second.firedOmitted,
    values: [...first.values, ...second.values],
    logs: [...first.logs, ...second.logs],
  };
}

/** An error of the host as the guest may catch it. */
function stepErrorOf(error: unknown): { type: string; message: string; code?: string } {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return {
    type: error instanceof Error ? error.name : 'Error',
    message: messageOf(error),
    ...(typeof code === 'string' && { code }),
  };
}
