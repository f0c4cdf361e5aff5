import type { OutputLine } from '@runnel/run-domain';

import { encodeOutput } from './entry-codec';
import type { LogStats } from './log-stats';
import type { PublishOutcome } from './publish-outcome';
import type { OutgoingMessage, ShardWriter } from './shard-writer';

export interface OutputBufferOptions {
  readonly writerOf: (shard: number) => ShardWriter;
  readonly shardOf: (runId: string) => number;
  readonly subjectOf: (shard: number, runId: string) => string;
  readonly stats: LogStats;
  /** Header lines of every message: its time to live. */
  readonly headers: string;
  readonly coalesceMs: number;
  readonly maxBytes: number;
  /** Bytes held over all runs, buffered and not yet stored; what is over is dropped and counted. */
  readonly maxHeldBytes: number;
  /** Milliseconds for which storing is tried. */
  readonly giveUpMs: number;
}

interface Buffered {
  readonly project: string;
  lines: OutputLine[];
  bytes: number;
}

/** Weight of a line beside its message: number, kind, level, time, names of the fields. */
const LINE_OVERHEAD = 120;
const MAX_TRIES = 5;

/**
 * Gathers each run's output into few messages. Output never decides anything: it is stored without an
 * expectation, tried for a bounded time, then dropped and counted. A line told twice keeps its number.
 */
export class OutputBuffer {
  private readonly runs = new Map<string, Buffered>();
  private timer: NodeJS.Timeout | undefined;
  private held = 0;
  private inFlight = 0;
  private readonly drained: (() => void)[] = [];

  constructor(private readonly options: OutputBufferOptions) {}

  add(runId: string, project: string, lines: readonly OutputLine[]): void {
    for (const line of lines) this.addLine(runId, project, line);
    if (this.runs.size > 0)
      this.timer ??= setTimeout(() => this.flushAll(), this.options.coalesceMs);
  }

  private addLine(runId: string, project: string, line: OutputLine): void {
    const weight = line.message.length + LINE_OVERHEAD;
    if (this.held + weight > this.options.maxHeldBytes) return this.drop(1);
    let run = this.runs.get(runId);
    if (run && run.bytes + weight > this.options.maxBytes) {
      this.flush(runId);
      run = undefined;
    }
    if (!run) this.runs.set(runId, (run = { project, lines: [], bytes: 0 }));
    run.lines.push(line);
    run.bytes += weight;
    this.held += weight;
  }

  /** Hands the run's buffered output to the writer: called before the run's next commit. */
  flush(runId: string): void {
    const run = this.runs.get(runId);
    if (!run) return;
    this.runs.delete(runId);
    const shard = this.options.shardOf(runId);
    const message = new OutputMessage(this, this.options.writerOf(shard), run.lines.length, {
      subject: this.options.subjectOf(shard, runId),
      payload: encodeOutput(run.project, run.lines),
      headers: this.options.headers,
      deadline: Date.now() + this.options.giveUpMs,
      weight: run.bytes,
    });
    this.inFlight += 1;
    message.send();
  }

  flushAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const runId of [...this.runs.keys()]) this.flush(runId);
  }

  /** Flushes and resolves once nothing is on its way any more. */
  async drain(): Promise<void> {
    this.flushAll();
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  /** Told by a message that has reached its end. */
  done(weight: number, droppedLines: number, bytes: number): void {
    this.held -= weight;
    this.inFlight -= 1;
    if (droppedLines > 0) this.drop(droppedLines);
    else {
      this.options.stats.outputMessages += 1;
      this.options.stats.outputBytes += bytes;
    }
    if (this.inFlight === 0) for (const resolve of this.drained.splice(0)) resolve();
  }

  private drop(lines: number): void {
    this.options.stats.droppedOutputLines += lines;
  }
}

interface OutputPlan {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: string;
  readonly deadline: number;
  readonly weight: number;
}

class OutputMessage implements OutgoingMessage {
  readonly expects = false;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: string;
  readonly deadline: number;
  private readonly weight: number;
  private tries = 0;

  constructor(
    private readonly buffer: OutputBuffer,
    private readonly writer: ShardWriter,
    private readonly lines: number,
    plan: OutputPlan,
  ) {
    this.subject = plan.subject;
    this.payload = plan.payload;
    this.headers = plan.headers;
    this.deadline = plan.deadline;
    this.weight = plan.weight;
  }

  send(): void {
    this.tries += 1;
    this.writer.enqueue(this);
  }

  settle(outcome: PublishOutcome): void {
    if (outcome.kind === 'stored') return this.buffer.done(this.weight, 0, this.payload.length);
    const retry =
      outcome.kind === 'unknown' && this.tries < MAX_TRIES && Date.now() < this.deadline;
    if (retry) this.send();
    else this.buffer.done(this.weight, this.lines, 0);
  }
}
