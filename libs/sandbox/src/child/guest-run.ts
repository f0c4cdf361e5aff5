import { randomUUID } from 'node:crypto';

import type { GuestError, JournalEntry } from '../api';
import { type LimitCode, limitError } from '../limits';
import type { DoneHead, RunHead } from '../wire/messages';
import { compute } from './compute';
import { CpuMeter } from './cpu-meter';
import type { GuestDoor } from './guest-door';
import { guestErrorOf } from './guest-error';
import { GuestNotes } from './guest-notes';
import { isNestedDeeper } from './json-depth';

/** Levels of nesting of what leaves the VM. */
const MAX_DEPTH = 512;

/** How a run sends its steps out of the process. */
export interface StepSink {
  step(run: number, step: number, head: string, input: Uint8Array): void;
}

/** How a run ended; `output` is JSON text. */
export type Outcome =
  | { readonly status: 'completed'; readonly output: Uint8Array }
  | { readonly status: 'failed'; readonly error: GuestError }
  | { readonly status: 'canceled' };

/** One run inside the child: what the guest may ask for, counted and bounded. */
export class GuestRun implements GuestDoor {
  readonly meter: CpuMeter;
  /** Set once, by whatever ends the run first. */
  outcome: Outcome | undefined;
  private readonly notes: GuestNotes;
  private readonly journal: Readonly<Record<string, JournalEntry>>;
  private readonly pending = new Set<number>();
  private steps = 0;
  /** Guest clock, ms; recorded again after each step that was asked for (`$clock:<steps asked for>`). */
  private readonly clocks = new Map<number, number>();

  constructor(
    readonly number: number,
    private readonly head: RunHead,
    private readonly sink: StepSink,
    /** Whether the pool wants the run stopped; asked only while the run holds the CPU for long. */
    private readonly mustStop: () => boolean,
  ) {
    const { limits, seen } = head;
    this.meter = new CpuMeter(limits.cpuMs);
    this.journal = head.journal;
    const told = { ...seen, fired: new Set(seen.fired) };
    this.notes = new GuestNotes(limits, told, () => new Date().toISOString());
  }

  get outputBytes(): number {
    return this.head.limits.outputBytes;
  }

  get memoryBytes(): number {
    return this.head.limits.memoryBytes;
  }

  get seed(): string {
    return this.head.seed;
  }

  /** True while the guest waits for a step. */
  get isWaiting(): boolean {
    return this.pending.size > 0;
  }

  /** Takes the answer of a step; false when nobody waits for it. */
  settle(step: number): boolean {
    return this.pending.delete(step);
  }

  end(outcome: Outcome): void {
    this.outcome ??= outcome;
  }

  endBy(code: LimitCode, message?: string): void {
    this.end({ status: 'failed', error: limitError(code, message) });
  }

  step(key: string, nodeId: string, nodeType: string, input: Buffer | undefined): number | string {
    const { limits } = this.head;
    this.steps += 1;
    if (input === undefined || isNestedDeeper(input, MAX_DEPTH)) return this.refuse('OUTPUT_LIMIT');
    if (this.steps > limits.steps || this.pending.size >= limits.pendingSteps)
      return this.refuse('STEP_LIMIT');
    const recorded = this.recorded(key);
    if (recorded !== undefined)
      return recorded.ok
        ? `+${JSON.stringify(recorded.output)}`
        : `-${JSON.stringify(recorded.error)}`;
    if (this.outcome !== undefined) return 0;
    this.pending.add(this.steps);
    const notes = this.notes.take();
    const ref = `"key":${JSON.stringify(key)},"nodeId":${JSON.stringify(nodeId)},"nodeType":${JSON.stringify(nodeType)}`;
    this.sink.step(
      this.number,
      this.steps,
      `{${ref}${notes === '' ? '' : `,"notes":${notes}`}}`,
      input,
    );
    return this.steps;
  }

  value(key: string, kind: string): string {
    const recorded = this.recorded(key);
    if (recorded?.ok === true)
      return this.notes.repeatValue() ? JSON.stringify(recorded.output) : this.refuseValue();
    const output = draw(kind);
    if (output === 'null' || this.notes.addValue(key, kind, output)) return output;
    return this.refuseValue();
  }

  compute(kind: string, input: string): string {
    return compute(kind, input);
  }

  log(level: string, message: string, nodeId: string): void {
    this.notes.addLog(level, message, nodeId);
  }

  fired(note: Parameters<GuestDoor['fired']>[0]): void {
    this.notes.addFired(note);
  }

  firedOmitted(count: number): void {
    this.notes.addOmitted(count);
  }

  done(output: Buffer | undefined): void {
    if (output === undefined || isNestedDeeper(output, MAX_DEPTH)) this.endBy('OUTPUT_LIMIT');
    else this.end({ status: 'completed', output });
  }

  failed(error: string): void {
    this.end({ status: 'failed', error: guestErrorOf(error) });
  }

  interrupted(): boolean {
    if (this.outcome !== undefined && this.outcome.status !== 'completed') return true;
    if (this.meter.isOver()) this.endBy('CPU_LIMIT');
    else if (this.meter.isLong && this.mustStop()) this.end({ status: 'canceled' });
    else return false;
    return true;
  }

  now(): number {
    const known = this.clocks.get(this.steps);
    if (known !== undefined) return known;
    const now = Number(this.value(`$clock:${this.steps}`, 'now'));
    this.clocks.set(this.steps, now);
    return now;
  }

  /** JSON text of the DoneHead of a run that has ended. */
  doneHead(): string {
    const { outcome } = this;
    const notes = this.notes.take();
    const head: DoneHead = {
      status: outcome?.status ?? 'canceled',
      ...(outcome?.status === 'failed' && { error: outcome.error }),
    };
    const text = JSON.stringify(head);
    return notes === '' ? text : `${text.slice(0, -1)},"notes":${notes}}`;
  }

  private recorded(key: string): JournalEntry | undefined {
    return Object.hasOwn(this.journal, key) ? this.journal[key] : undefined;
  }

  private refuseValue(): string {
    this.endBy(
      'STEP_LIMIT',
      'The run asks for more times, random numbers and ids than can be recorded',
    );
    return 'null';
  }

  private refuse(code: LimitCode): number {
    this.endBy(code);
    return 0;
  }
}

/** A fresh value as JSON text. */
function draw(kind: string): string {
  switch (kind) {
    case 'now':
      return String(Date.now());
    case 'random':
      return String(Math.random());
    case 'uuid':
      return `"${randomUUID()}"`;
    default:
      return 'null';
  }
}
