import { CLOSED_DOOR, type GuestDoor } from './guest-door';
import { GuestMemoryView } from './guest-memory';
import type { EngineExports, GuestHandle, GuestMemory, QuickJS } from './quickjs';

/** The memory of a VM in which the prelude is loaded and the world frozen, and where in it things are. */
export interface GuestImage {
  readonly memory: GuestMemory;
  /** Pointers to the functions that BOOTSTRAP_SOURCE returns, and to `undefined`. */
  readonly start: number;
  readonly resume: number;
  readonly install: number;
  readonly undefined: number;
  /** Room for the arguments of a call. */
  readonly argumentSlots: number;
  /** Room for the length of a string. */
  readonly lengthSlot: number;
}

export const MAX_ARGUMENTS = 5;
/** A VM whose memory has grown by more than this is not worth clearing. */
const MAX_CLEARED_BYTES = 4 * 1024 * 1024;

/** The engine ended a call with an exception that the guest could not catch, or memory ran out on the way in. */
export class GuestException extends Error {
  override readonly name = 'GuestException';
}

/** One VM. Everything in it is reached by raw pointers, so that a reset leaves no stale object behind. */
export class GuestVm {
  /** The run that is in the VM. */
  door: GuestDoor = CLOSED_DOOR;
  private readonly exports: EngineExports;
  private readonly memory: GuestMemoryView;
  /** Values given to the guest during an entry, freed when it is over. */
  private lent: number[] = [];

  constructor(
    private readonly vm: QuickJS,
    private image: GuestImage,
  ) {
    this.exports = vm._getExports();
    this.memory = new GuestMemoryView(this.exports, image.lengthSlot);
    this.openDoor();
  }

  /** Bytes by which the VM's memory has grown since its image. */
  get grownBytes(): number {
    return this.exports.memory.buffer.byteLength - this.image.memory.memory.byteLength;
  }

  /** Makes the VM exactly what its image is, whatever a guest has done to it. False when it must be thrown away. */
  reset(image: GuestImage): boolean {
    const { memory, stackPointer, runtimePtr, contextPtr } = image.memory;
    const bytes = this.memory.bytes;
    if (bytes.length < memory.byteLength || bytes.length > memory.byteLength + MAX_CLEARED_BYTES)
      return false;
    bytes.set(memory, 0);
    bytes.fill(0, memory.byteLength);
    this.exports.__stack_pointer.value = stackPointer;
    this.exports.qjs_set_runtime_and_context(runtimePtr, contextPtr);
    this.image = image;
    this.memory.lengthSlot = image.lengthSlot;
    this.lent = [];
    this.door = CLOSED_DOOR;
    return true;
  }

  setMemoryLimit(bytes: number): void {
    this.exports.qjs_set_memory_limit(bytes);
  }

  /** Evaluates a program's text and keeps its function. Throws GuestException, with the engine's words, when it has none. */
  install(code: string): void {
    const { exports } = this;
    const text = this.rawText(code);
    const name = this.rawText('program.js');
    const program = exports.qjs_eval(text, Buffer.byteLength(code), name, 0);
    exports.wasm_free(text);
    exports.wasm_free(name);
    this.throwIfException(program);
    this.call(this.image.install, [program]);
  }

  /** Starts the program that is installed. `request` is JSON text. */
  start(request: Uint8Array, seed: readonly number[]): void {
    this.call(this.image.start, [
      this.text(request),
      ...seed.map((part) => this.exports.qjs_new_number(part)),
    ]);
  }

  /** Settles a pending step with JSON text. */
  resume(step: number, ok: boolean, json: Uint8Array): void {
    const { exports } = this;
    this.call(this.image.resume, [
      exports.qjs_new_number(step),
      exports.qjs_new_number(ok ? 1 : 0),
      this.text(json),
    ]);
  }

  get hasJobs(): boolean {
    return this.exports.qjs_is_job_pending() !== 0;
  }

  /** Runs one job of the guest's promises. Throws GuestException when it was ended from outside. */
  runJob(): void {
    if (this.exports.qjs_execute_pending_job() < 0) throw this.exception();
  }

  /** Frees what was lent to the guest. To be called when an entry is over and the VM goes on living. */
  endEntry(): void {
    for (const value of this.lent) this.exports.qjs_free_value(value);
    this.lent = [];
  }

  /** True when the guest has used up nearly all of `limit` bytes; walks the guest's heap. */
  isFull(limit: number): boolean {
    return this.vm.getMemoryUsage().mallocSize > limit * 0.9;
  }

  private call(fn: number, args: readonly number[]): void {
    const { exports, image } = this;
    const { bytes } = this.memory;
    args.forEach((value, at) => bytes.writeUInt32LE(value, image.argumentSlots + at * 4));
    const result = exports.qjs_call(fn, image.undefined, args.length, image.argumentSlots);
    for (const value of args) exports.qjs_free_value(value);
    this.throwIfException(result);
    exports.qjs_free_value(result);
  }

  private throwIfException(value: number): void {
    if (this.exports.qjs_is_exception(value) === 0) return;
    this.exports.qjs_free_value(value);
    throw this.exception();
  }

  /** Only the engine itself, or a program's text that does not evaluate, gets an exception out to here. */
  private exception(): GuestException {
    const { exports } = this;
    const error = exports.qjs_get_exception();
    const text = this.memory.readText(error);
    exports.qjs_free_value(error);
    return new GuestException(text === '' ? 'out of memory' : text);
  }

  private text(json: Uint8Array): number {
    const value = this.memory.newString(json);
    if (value === undefined) throw new GuestException('out of memory');
    return value;
  }

  private rawText(text: string): number {
    const length = Buffer.byteLength(text);
    const at = this.exports.wasm_malloc(length + 1);
    if (at === 0) throw new GuestException('out of memory');
    this.memory.bytes.write(text, at, 'utf8');
    this.memory.bytes[at + length] = 0;
    return at;
  }

  /** Connects the functions that the image's bootstrap was given (guest-image.ts) to the run in the VM. */
  private openDoor(): void {
    const { vm, memory } = this;
    const text = (handle: GuestHandle | undefined): string =>
      handle ? memory.readText(handle.ptr) : '';
    const bytes = (handle: GuestHandle | undefined): Buffer | undefined =>
      memory.readBytes(handle?.ptr ?? this.image.undefined, this.door.outputBytes);
    vm.registerHostCallback('step', (key, nodeId, nodeType, input) => {
      const answer = this.door.step(text(key), text(nodeId), text(nodeType), bytes(input));
      return this.lend(
        typeof answer === 'number' ? this.exports.qjs_new_number(answer) : memory.newString(answer),
      );
    });
    vm.registerHostCallback('value', (key, kind) =>
      this.lend(memory.newString(this.door.value(text(key), text(kind)))),
    );
    vm.registerHostCallback('compute', (kind, input) =>
      this.lend(memory.newString(this.door.compute(text(kind), text(input)))),
    );
    vm.registerHostCallback('log', (level, message, nodeId) => {
      this.door.log(text(level), text(message), text(nodeId));
      return this.nothing;
    });
    vm.registerHostCallback('fired', (key, nodeId, nodeType, output, inputs) => {
      const note = { key: text(key), nodeId: text(nodeId), nodeType: text(nodeType) };
      this.door.fired({ ...note, output: text(output), inputs: text(inputs) });
      return this.nothing;
    });
    vm.registerHostCallback('firedOmitted', (count) => {
      this.door.firedOmitted(count?.toNumber() ?? 0);
      return this.nothing;
    });
    vm.registerHostCallback('done', (output) => {
      this.door.done(bytes(output));
      return this.nothing;
    });
    vm.registerHostCallback('failed', (error) => {
      this.door.failed(text(error));
      return this.nothing;
    });
  }

  /** The engine duplicates what a callback returns and looks at nothing but its pointer. */
  private get nothing(): GuestHandle {
    return { ptr: this.image.undefined } as GuestHandle;
  }

  private lend(value: number | undefined): GuestHandle {
    if (value === undefined) return this.nothing;
    this.lent.push(value);
    return { ptr: value } as GuestHandle;
  }
}
