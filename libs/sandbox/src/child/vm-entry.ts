import { limitError } from '../limits';
import type { ChildStatusPage } from '../wire/status-page';
import type { GuestRun, Outcome } from './guest-run';
import { GuestException, type GuestVm } from './guest-vm';

/** Jobs that a finished program's promises may still take before its VM counts as unclean. */
const LAST_JOBS = 100;

/**
 * Lets a run execute in its VM until it has nothing more to do at once: `work` calls into the guest, then its
 * promises are worked off. Never throws: whatever goes wrong inside ends the run.
 */
export function enterVm(run: GuestRun, vm: GuestVm, page: ChildStatusPage, work: () => void): void {
  page.enter(run.number);
  run.meter.enter();
  vm.door = run;
  try {
    work();
    drain(run, vm);
    vm.endEntry();
  } catch (error) {
    run.end(outcomeOf(error));
  } finally {
    run.meter.leave();
  }
  if (run.outcome === undefined && !run.isWaiting)
    run.endBy(vm.isFull(run.memoryBytes) ? 'MEMORY_LIMIT' : 'NEVER_SETTLES');
}

/** Whether the VM may serve the next run of its program as it is. */
export function isClean(run: GuestRun, vm: GuestVm): boolean {
  if (run.isWaiting || run.outcome === undefined) return false;
  if (run.outcome.status === 'completed') return !vm.hasJobs;
  return run.outcome.status === 'failed' && run.outcome.error.type !== 'LimitError' && !vm.hasJobs;
}

function drain(run: GuestRun, vm: GuestVm): void {
  for (let last = LAST_JOBS; last > 0 && vm.hasJobs;) {
    if (run.outcome !== undefined) {
      if (run.outcome.status === 'canceled') return;
      last -= 1;
    }
    vm.runJob();
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof GuestException) {
    const memory = error.message.includes('out of memory');
    return failed(
      memory
        ? limitError('MEMORY_LIMIT')
        : limitError('PROGRAM_INVALID', error.message.slice(0, 1_000)),
    );
  }
  // V8's own stack, on which the engine runs, can end before the engine's count of it does.
  if (error instanceof RangeError) return failed(limitError('STACK_LIMIT'));
  return failed(limitError('SANDBOX_CRASHED', 'The program broke its virtual machine'));
}

function failed(error: (Outcome & { status: 'failed' })['error']): Outcome {
  return { status: 'failed', error };
}
