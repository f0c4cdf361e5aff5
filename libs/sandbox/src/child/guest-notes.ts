import type { ChildLimits } from '../wire/messages';
import type { GuestDoor } from './guest-door';

const MAX_FIRED = 200;
/** Bytes of one note's output. */
const MAX_OUTPUT_BYTES = 4 * 1024;
const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error'];

/**
 * What the pool is told of a run besides its result, kept as JSON text: it is only passed on. Lines and nodes
 * that the pool has from an earlier execution are counted, but not told again.
 */
export class GuestNotes {
  private fired: string[] = [];
  private values: string[] = [];
  private logs: string[] = [];
  private firedOmitted = 0;
  private firedCount = 0;
  private lines = 0;
  private logBytes = 0;
  private truncated = false;
  private valueCount = 0;
  private valueBytes = 0;
  private omittedBefore: number;

  constructor(
    private readonly limits: Pick<ChildLimits, 'logLines' | 'logBytes' | 'values' | 'valueBytes'>,
    /** What the pool has of an earlier execution. */
    private readonly seen: {
      readonly logLines: number;
      readonly fired: ReadonlySet<string>;
      readonly firedOmitted: number;
    },
    /** ISO 8601 of now. */
    private readonly at: () => string,
  ) {
    this.omittedBefore = seen.firedOmitted;
  }

  /** A node without outside effect has run. */
  addFired({ key, nodeId, nodeType, output, inputs }: Parameters<GuestDoor['fired']>[0]): void {
    this.firedCount += 1;
    if (this.firedCount > MAX_FIRED) return this.addOmitted(1);
    if (this.seen.fired.has(key)) return;
    const ref = `"key":${quote(key)},"nodeId":${quote(nodeId)},"nodeType":${quote(nodeType)}`;
    this.fired.push(
      `{${ref}${field('output', output)}${field('inputs', inputs)},"at":"${this.at()}"}`,
    );
  }

  /** So many more nodes fired. */
  addOmitted(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0) return;
    const known = Math.min(count, this.omittedBefore);
    this.omittedBefore -= known;
    this.firedOmitted = Math.min(this.firedOmitted + count - known, Number.MAX_SAFE_INTEGER);
  }

  /** A value was given to the guest again, from the journal: it is told already, but counts. False over the limit. */
  repeatValue(): boolean {
    this.valueCount += 1;
    return this.valueCount <= this.limits.values;
  }

  /** A value is given to the guest; `output` is JSON text. False, and not noted, over the limits: it must not have it. */
  addValue(key: string, kind: string, output: string): boolean {
    const note = `{"key":${quote(key)},"kind":"${kind}","output":${output},"at":"${this.at()}"}`;
    this.valueCount += 1;
    this.valueBytes += Buffer.byteLength(note);
    const { values, valueBytes } = this.limits;
    if (this.valueCount > values || this.valueBytes > valueBytes) return false;
    this.values.push(note);
    return true;
  }

  /** A log line; beyond the bounds one line says so and the rest is dropped. */
  addLog(level: string, message: string, nodeId: string): void {
    if (this.truncated) return;
    this.logBytes += Buffer.byteLength(message);
    if (this.lines < this.limits.logLines && this.logBytes <= this.limits.logBytes) {
      this.addLine(LEVELS.includes(level) ? level : 'info', message, nodeId);
      return;
    }
    this.truncated = true;
    this.addLine('warn', 'log truncated', '');
  }

  /** Everything since the last call as JSON text of a GuestNotes; empty when nothing happened. */
  take(): string {
    if (this.fired.length + this.values.length + this.logs.length + this.firedOmitted === 0)
      return '';
    const text =
      `{"fired":[${this.fired.join()}],"firedOmitted":${this.firedOmitted},` +
      `"values":[${this.values.join()}],"logs":[${this.logs.join()}]}`;
    this.fired = [];
    this.values = [];
    this.logs = [];
    this.firedOmitted = 0;
    return text;
  }

  private addLine(level: string, message: string, nodeId: string): void {
    const n = this.lines;
    this.lines += 1;
    if (n < this.seen.logLines) return;
    const node = nodeId === '' ? '' : `,"nodeId":${quote(nodeId)}`;
    this.logs.push(
      `{"n":${n},"level":"${level}","message":${quote(message)}${node},"at":"${this.at()}"}`,
    );
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** A field of a note with JSON text as its value; nothing when it is empty or too long. */
function field(name: string, json: string): string {
  return json === '' || Buffer.byteLength(json) > MAX_OUTPUT_BYTES ? '' : `,"${name}":${json}`;
}
