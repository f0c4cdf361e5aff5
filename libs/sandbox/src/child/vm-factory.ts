import { readFile } from 'node:fs/promises';

import { engineOptions, takeImage } from './guest-image';
import { type GuestImage, GuestVm } from './guest-vm';
import { type Engine, loadEngine } from './quickjs';

/** Bytes of native stack a guest may use, as the engine counts them: some 1,000 nested calls. */
const GUEST_STACK_BYTES = 256 * 1024;

/** Makes VMs. One compiled engine serves them all; each has its own memory. */
export class VmFactory {
  private readonly images = new Map<
    number,
    { readonly prelude: string; image?: Promise<GuestImage> }
  >();

  private constructor(
    private readonly engine: Engine,
    private readonly wasm: WebAssembly.Module,
  ) {}

  /** Loads the engine: `entryFile` is its JavaScript, `wasmFile` its code. */
  static async load(entryFile: string, wasmFile: string): Promise<VmFactory> {
    const [engine, bytes] = await Promise.all([loadEngine(entryFile), readFile(wasmFile)]);
    return new VmFactory(engine, await WebAssembly.compile(bytes));
  }

  /** Remembers a prelude under a number. */
  addPrelude(number: number, prelude: string): void {
    this.images.set(number, { prelude });
    void this.image(number).catch(() => undefined); // made ahead of the first run, which will see the error
  }

  /** The image of a prelude; made once. Rejects when the prelude does not load. */
  image(number: number): Promise<GuestImage> {
    const entry = this.images.get(number);
    if (entry === undefined) return Promise.reject(new Error('the prelude is unknown'));
    entry.image ??= this.take(entry.prelude);
    return entry.image;
  }

  /** A new VM as the image describes it. */
  async create(image: GuestImage): Promise<GuestVm> {
    const made: { vm?: GuestVm } = {};
    const door = {
      interrupted: () => made.vm?.door.interrupted() ?? false,
      now: () => made.vm?.door.now() ?? 0,
    };
    const vm = await this.engine.QuickJS.restore(
      image.memory,
      engineOptions(this.wasm, door, GUEST_STACK_BYTES),
    );
    made.vm = new GuestVm(vm, image);
    return made.vm;
  }

  private async take(prelude: string): Promise<GuestImage> {
    const door = { interrupted: () => false, now: () => 0 };
    const vm = await this.engine.QuickJS.create(engineOptions(this.wasm, door, GUEST_STACK_BYTES));
    try {
      return takeImage(vm, prelude);
    } finally {
      vm.dispose();
    }
  }
}
