import { BOOTSTRAP_SOURCE } from './guest/bootstrap-source';
import { HARDEN_SOURCE } from './guest/harden-source';
import { type GuestImage, MAX_ARGUMENTS } from './guest-vm';
import type { EngineOptions, GuestHandle, QuickJS } from './quickjs';

/** Functions of GuestDoor that the bootstrap is given, by the names GuestVm connects. */
const DOOR = [
  'step',
  'value',
  'compute',
  'log',
  'fired',
  'firedOmitted',
  'done',
  'failed',
] as const;

/**
 * Loads a prelude into a fresh VM, freezes its world and takes the memory, from which VMs are then made in a
 * fraction of the time. The VM is spent. Throws the engine's error when the prelude does not evaluate.
 */
export function takeImage(vm: QuickJS, prelude: string): GuestImage {
  const harden = vm.evalCode(HARDEN_SOURCE, 'harden.js');
  const bootstrap = vm.evalCode(BOOTSTRAP_SOURCE, 'bootstrap.js');
  const door = vm.newObject();
  for (const name of DOOR)
    door.setProp(
      name,
      vm.newFunction(name, () => vm.undefined),
    );
  const border = vm.callFunction(bootstrap, vm.undefined, harden, door);
  vm.evalCode(prelude, 'prelude.js');
  vm.callFunction(border.getProp('seal'), vm.undefined);
  vm.executePendingJobs();
  const pointer = (handle: GuestHandle): number => vm.exportHandle(handle);
  const exports = vm._getExports();
  const places = {
    start: pointer(border.getProp('start')),
    resume: pointer(border.getProp('resume')),
    install: pointer(border.getProp('install')),
    undefined: pointer(vm.undefined),
    argumentSlots: exports.wasm_malloc(MAX_ARGUMENTS * 4),
    lengthSlot: exports.wasm_malloc(4),
  };
  vm.runGC();
  return { memory: vm.snapshot(), ...places };
}

/** What every VM is made with; what depends on the run is reached through `door`. */
export function engineOptions(
  wasm: WebAssembly.Module,
  door: { interrupted(): boolean; now(): number },
  stackBytes: number,
): EngineOptions {
  return {
    wasm,
    maxStackSize: stackBytes,
    timezoneOffset: 0,
    interruptHandler: () => door.interrupted(),
    wasi: (memory) => ({
      clock_time_get: (_clock: number, _precision: bigint, at: number): number => {
        new DataView(memory.buffer).setBigUint64(
          at,
          BigInt(Math.trunc(door.now())) * 1_000_000n,
          true,
        );
        return 0;
      },
      // The engine prints only when it is asked to dump; nothing of it may reach the channel.
      fd_write: (): number => ERRNO_BADF,
    }),
  };
}

const ERRNO_BADF = 8;
