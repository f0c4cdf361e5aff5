import type { Frame } from '../wire/frame-reader';
import { type RunHead, TO_CHILD, TO_POOL } from '../wire/messages';
import type { ChildStatusPage } from '../wire/status-page';
import { GuestRun } from './guest-run';
import { CLOSED_DOOR } from './guest-door';
import type { Outbox } from './outbox';
import { seedOf } from './seed';
import { enterVm, isClean } from './vm-entry';
import type { VmFactory } from './vm-factory';
import { type PooledVm, VmPool } from './vm-pool';

interface ActiveRun {
  readonly run: GuestRun;
  /** Absent until the run has got its VM. */
  pooled?: PooledVm;
}

interface Program {
  readonly prelude: number;
  readonly code: string;
}

/** Works off what the pool sends. One thread: while one run is in its VM, nothing else happens here. */
export class ChildHost {
  private readonly programs = new Map<number, Program>();
  private readonly active = new Map<number, ActiveRun>();
  private readonly vms: VmPool;

  constructor(
    private readonly factory: VmFactory,
    private readonly page: ChildStatusPage,
    private readonly outbox: Outbox,
    maxVms: number,
    private readonly collectGarbage: () => void,
  ) {
    this.vms = new VmPool(factory, maxVms);
  }

  /** Handles one message. Never throws for what a guest does; throws on a message that makes no sense. */
  receive(frame: Frame): void {
    const { type, run, argument, body } = frame;
    switch (type) {
      case TO_CHILD.run:
        return this.run(run, argument, JSON.parse(frame.head) as RunHead, body);
      case TO_CHILD.stepDone:
        return this.resume(run, argument, true, body);
      case TO_CHILD.stepFailed:
        return this.resume(run, argument, false, body);
      case TO_CHILD.cancel:
        return this.cancel(run);
      case TO_CHILD.prelude:
        return this.factory.addPrelude(run, body.toString());
      case TO_CHILD.program:
        return void this.programs.set(run, { prelude: argument, code: body.toString() });
      case TO_CHILD.forget:
        this.programs.delete(run);
        return this.vms.forget(run);
      case TO_CHILD.trim:
        this.vms.trim();
        return this.collectGarbage();
      default:
        throw new RangeError(`a message of type ${type} is not known`);
    }
  }

  /** The last message of a batch has been handled. */
  endBatch(): void {
    this.page.leave();
    this.outbox.flush();
  }

  private run(number: number, programNumber: number, head: RunHead, request: Buffer): void {
    const run = new GuestRun(number, head, this, () => this.page.mustStop(number));
    const active: ActiveRun = { run };
    this.active.set(number, active);
    const warm = this.vms.takeWarm(programNumber);
    if (warm) return this.start(active, warm, () => undefined, request);
    const program = this.programs.get(programNumber);
    if (program === undefined) {
      run.endBy('PROGRAM_INVALID');
      return this.finish(active);
    }
    void this.vms
      .takeBlank(program.prelude, programNumber)
      .then(
        (pooled) => this.start(active, pooled, () => pooled.vm.install(program.code), request),
        (error: unknown) => {
          run.endBy(
            'PROGRAM_INVALID',
            `the prelude does not load: ${String(error)}`.slice(0, 1_000),
          );
          this.finish(active);
        },
      )
      .then(() => this.endBatch());
  }

  private start(active: ActiveRun, pooled: PooledVm, prepare: () => void, request: Buffer): void {
    const { run } = active;
    active.pooled = pooled;
    if (run.outcome === undefined) {
      pooled.vm.setMemoryLimit(run.memoryBytes);
      enterVm(run, pooled.vm, this.page, () => {
        prepare();
        pooled.vm.start(request, seedOf(run.seed));
      });
    }
    this.afterEntry(active);
  }

  private resume(number: number, step: number, ok: boolean, json: Buffer): void {
    const active = this.active.get(number);
    const vm = active?.pooled?.vm;
    if (active === undefined || vm === undefined || !active.run.settle(step)) return;
    enterVm(active.run, vm, this.page, () => vm.resume(step, ok, json));
    this.afterEntry(active);
  }

  private cancel(number: number): void {
    const active = this.active.get(number);
    if (active === undefined) {
      // Over already, or never sent: the pool waits for the word all the same.
      return this.outbox.add(TO_POOL.done, number, 0, '{"status":"canceled"}');
    }
    active.run.end({ status: 'canceled' });
    if (active.pooled) this.finish(active);
  }

  private afterEntry(active: ActiveRun): void {
    if (active.run.outcome !== undefined) this.finish(active);
    this.outbox.flushIfDue();
  }

  private finish({ run, pooled }: ActiveRun): void {
    this.active.delete(run.number);
    const output = run.outcome?.status === 'completed' ? run.outcome.output : undefined;
    this.outbox.add(
      TO_POOL.done,
      run.number,
      Math.round(run.meter.total * 1000),
      run.doneHead(),
      output,
    );
    if (pooled === undefined) return;
    const clean = isClean(run, pooled.vm);
    pooled.vm.door = CLOSED_DOOR;
    if (this.vms.giveBack(pooled, clean) === 'thrown away') this.collectGarbage();
  }

  /** StepSink: a step leaves the process. */
  step(run: number, step: number, head: string, input: Uint8Array): void {
    this.outbox.add(TO_POOL.step, run, step, head, input);
  }
}
