import type { Json } from './api';
import { Crew, type CrewOptions } from './crew';
import type { Execution } from './execution';
import { FairQueue } from './fair-queue';
import { limitError } from './limits';
import { Occupants } from './occupants';
import { Programs } from './programs';
import type { ChildListener, SandboxChild } from './sandbox-child';
import { inspect } from './watchdog';
import type { Frame } from './wire/frame-reader';
import { type DoneHead, type StepHead, TO_CHILD, TO_POOL } from './wire/messages';

/** Where the pool tells what an operator should know; the shape of pino. */
export interface SandboxLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** How often a child may die of a run. */
const MAX_STRIKES = 2;

/** Brings runs to children and results back, and runs out of children that are stuck, stalled or dead. */
export class Dispatcher implements ChildListener {
  readonly crew: Crew;
  readonly programs = new Programs();
  readonly counts = { killed: 0, crashed: 0, repeated: 0 };
  /** Given to every child as soon as it is ready. */
  warmPrelude: string | undefined;
  private readonly queue = new FairQueue<Execution>();
  private readonly inChild = new Occupants();
  private lastNumber = 0;

  constructor(
    options: CrewOptions,
    private readonly now: () => number,
    private readonly logger: SandboxLogger | undefined,
    private readonly onReady: () => void,
  ) {
    this.crew = new Crew(options, this.programs, this, now);
  }

  get queued(): number {
    return this.queue.size;
  }

  get running(): number {
    return this.inChild.size;
  }

  /** True while a child has something to do, if only for a run that is over. */
  get isBusy(): boolean {
    return this.queue.size > 0 || [...this.crew.children].some(({ load }) => load > 0);
  }

  /** Takes a run on. */
  add(execution: Execution): void {
    execution.isQueued = true;
    this.queue.push(execution.run.project, execution);
    this.dispatch();
  }

  /** A run has got its result: nobody works for it any more. */
  remove(execution: Execution): void {
    if (execution.isQueued) this.queue.remove(execution.run.project, execution);
    else this.takeOut(execution);
  }

  /** Ends a run whose time is over; a child may still tell its last notes. False when there is no child to ask. */
  expire(execution: Execution): boolean {
    const { child, number } = execution;
    if (child === undefined) return false;
    execution.endingAt = this.now();
    child.send(TO_CHILD.cancel, number);
    child.page.stop(number);
    return true;
  }

  /** Looks after children and queue; to be called every few dozen ms while there is work. */
  watch(): void {
    this.crew.tidy();
    for (const child of this.crew.children)
      if (child.state === 'ready' && child.load > 0) this.look(child);
    this.dispatch();
    const { despair } = this.crew;
    if (despair === undefined) return;
    for (const execution of this.queue.drain()) {
      execution.isQueued = false;
      execution.abandon(despair);
    }
  }

  ready(child: SandboxChild): void {
    this.crew.welcome();
    if (this.warmPrelude !== undefined) this.programs.teachPrelude(child, this.warmPrelude);
    this.onReady();
    this.dispatch();
  }

  message(child: SandboxChild, frame: Frame): void {
    if (frame.type === TO_POOL.done) child.ghosts.delete(frame.run);
    child.stalled = false; // whoever speaks is not held
    const execution = this.inChild.get(frame.run);
    try {
      if (execution?.child === child) this.tell(execution, frame);
    } catch {
      child.disown(); // not JSON, or not what was agreed: no honest child says that
    }
    if (this.queue.size > 0) this.dispatch();
  }

  gone(child: SandboxChild): void {
    this.crew.dismiss(child);
    if (child.dismissed) return this.evacuate(child, () => false);
    this.counts.crashed += 1;
    this.logger?.warn({ pid: child.pid, lastWords: child.lastWords }, 'a sandbox process died');
    const { run } = child.page.read();
    this.evacuate(child, (execution) => isHeldBy(run, execution));
  }

  /** Gives waiting runs to children that have room, and asks for another child when that is not enough. */
  dispatch(): void {
    const next = (): Execution | undefined =>
      this.queue.peek((project) => this.mayHaveMore(project));
    for (let execution = next(); execution !== undefined; execution = next()) {
      const child = this.crew.pick(execution.run);
      if (child === undefined) break;
      this.queue.take(execution.run.project);
      this.assign(execution, child);
    }
    this.crew.grow(this.queue.size);
  }

  /**
   * A project may have as many VMs as it leaves to the others: half of them when it is alone, half of the rest
   * when it is the second. So there is one left for whoever comes, however long the others' runs wait for their steps.
   */
  private mayHaveMore(project: string): boolean {
    return this.inChild.of(project) < this.crew.freeVms;
  }

  private assign(execution: Execution, child: SandboxChild): void {
    this.lastNumber = (this.lastNumber % MAX_NUMBER) + 1;
    const number = this.lastNumber;
    this.inChild.add(number, execution);
    execution.attach(child, number, this.now());
    const { run } = execution;
    const program = this.programs.numberIn(child, run);
    if (program !== undefined) return execution.start(program);
    void this.programs
      .load(run)
      .then((source) => {
        if (execution.number === number) execution.start(this.programs.teach(child, run, source));
      })
      .catch((error: unknown) => {
        if (execution.number === number) execution.abandon(error);
      });
  }

  private tell(execution: Execution, { type, argument, head, body }: Frame): void {
    if (type === TO_POOL.step) {
      execution.ask(argument, JSON.parse(head) as StepHead, JSON.parse(body.toString()) as Json);
      return;
    }
    const { status, error, notes } = JSON.parse(head) as DoneHead;
    const cpuMs = argument / 1000;
    const told = execution.take(notes);
    const output = status === 'completed' ? (JSON.parse(body.toString()) as Json) : null;
    this.inChild.delete(execution.number);
    execution.detach();
    if (execution.endingAt !== undefined) execution.timeOut(told, cpuMs);
    else if (status === 'completed') execution.settle({ status, output, notes: told, cpuMs });
    else
      execution.settle({
        status: 'failed',
        error: error ?? limitError('SANDBOX_CRASHED'),
        notes: told,
        cpuMs,
      });
  }

  private look(child: SandboxChild): void {
    const verdict = inspect(child, this.now());
    switch (verdict.kind) {
      case 'fine':
        child.stalled = false;
        return;
      case 'stalled':
        if (!child.stalled) this.relieve(child, verdict.run);
        return;
      case 'stuck':
        this.kill(child, verdict.run, verdict.why);
    }
  }

  /** The child is held, by one run or by itself: others that need it are executed elsewhere, once. */
  private relieve(child: SandboxChild, held: number): void {
    child.stalled = true;
    for (const execution of this.inChild.values()) {
      if (execution.child !== child || execution.number === held) continue;
      if (execution.openSteps > 0 || execution.moved || execution.endingAt !== undefined) continue;
      execution.moved = true;
      this.takeOut(execution);
      this.repeat(execution);
    }
  }

  /** Kills a child that is stuck in `run`, 0 when it is in none. */
  private kill(child: SandboxChild, run: number, why: 'cpu' | 'silence'): void {
    this.counts.killed += 1;
    const execution = this.inChild.get(run);
    this.logger?.warn(
      { pid: child.pid, runId: execution?.run.id, why },
      'a stuck sandbox process is killed',
    );
    child.kill();
    if (execution?.child === child && why === 'cpu')
      execution.failBy(limitError('CPU_LIMIT'), execution.limits.cpuMs);
    this.evacuate(child, (other) => isHeldBy(run, other));
  }

  /** The child is lost: its runs are executed again, except those it has died of too often. */
  private evacuate(child: SandboxChild, isToBlame: (execution: Execution) => boolean): void {
    for (const execution of [...this.inChild.values()].filter((each) => each.child === child)) {
      const blamed = isToBlame(execution);
      this.inChild.delete(execution.number);
      execution.detach();
      if (blamed) execution.strikes += 1;
      if (execution.endingAt !== undefined) execution.timeOut();
      else if (execution.strikes >= MAX_STRIKES) execution.failBy(limitError('SANDBOX_CRASHED'));
      else this.repeat(execution);
    }
    child.ghosts.clear();
    this.dispatch();
  }

  private repeat(execution: Execution): void {
    this.counts.repeated += 1;
    execution.isQueued = true;
    this.queue.putBack(execution.run.project, execution);
  }

  /** Takes a run out of its child, which goes on for it until it hears of that. */
  private takeOut(execution: Execution): void {
    const { child, number } = execution;
    if (child === undefined) return;
    this.inChild.delete(number);
    execution.detach();
    child.ghosts.add(number);
    child.send(TO_CHILD.cancel, number);
  }
}

/** Whether a lost child was with this execution, given the run whose VM it was in; in none (0) it was with all that needed it. */
function isHeldBy(run: number, execution: Execution): boolean {
  return run === 0 ? execution.needsChild : execution.number === run;
}

/** Numbers of runs are unsigned 32-bit on the channel; 0 is no run. */
const MAX_NUMBER = 0xffff_fffe;
