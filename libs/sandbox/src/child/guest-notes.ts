import type { ChildLimits } from '../wire/messages';

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

  constructor(
    private readonly limits: Pick<ChildLimits, 'logLines' | 'logBytes'>,
    private readonly logLinesSeen: number,
    private readonly firedSeen: ReadonlySet<string>,
    /** ISO 8601 of now. */
    private readonly at: () => string,
  ) {}

  /** A node without outside effect has run; `output` is JSON text or empty. */
  addFired(key: string, nodeId: string, nodeType: string, output: string): void {
    this.firedCount += 1;
    if (this.firedSeen.has(key)) return;
    if (this.firedCount > MAX_FIRED) {
      this.firedOmitted += 1;
      return;
    }
    const told =
      output !== '' && Buffer.byteLength(output) <= MAX_OUTPUT_BYTES ? `,"output":${output}` : '';
    const ref = `"key":${quote(key)},"nodeId":${quote(nodeId)},"nodeType":${quote(nodeType)}`;
    this.fired.push(`{${ref}${told},"at":"${this.at()}"}`);
  }

  /** A value was given to the guest; `output` is JSON text. */
  addValue(key: string, kind: string, output: string): void {
    this.values.push(
      `{"key":${quote(key)},"kind":"${kind}","output":${output},"at":"${this.at()}"}`,
    );
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
    if (n < this.logLinesSeen) return;
    const node = nodeId === '' ? '' : `,"nodeId":${quote(nodeId)}`;
    this.logs.push(
      `{"n":${n},"level":"${level}","message":${quote(message)}${node},"at":"${this.at()}"}`,
    );
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
