import type { EngineExports } from './quickjs';

/**
 * Strings in and out of a VM's memory by raw pointers: no handle objects, one copy each way. The memory's
 * buffer is replaced when it grows, so the view of it is checked before each use.
 */
export class GuestMemoryView {
  private seen: ArrayBuffer | undefined;
  private all: Buffer = Buffer.alloc(0);

  constructor(
    private readonly exports: EngineExports,
    /** Where four bytes are for the length of a string that is read. Each image has its own. */
    public lengthSlot: number,
  ) {}

  /** All of the memory as it is now. */
  get bytes(): Buffer {
    const { buffer } = this.exports.memory;
    if (buffer !== this.seen) {
      this.seen = buffer;
      this.all = Buffer.from(buffer);
    }
    return this.all;
  }

  /** A new guest string from UTF-8; the caller frees the value. Undefined when the VM has no room for it. */
  newString(text: string | Uint8Array): number | undefined {
    const { exports } = this;
    const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
    const at = exports.wasm_malloc(length + 1);
    if (at === 0) return undefined;
    if (typeof text === 'string') this.bytes.write(text, at, 'utf8');
    else this.bytes.set(text, at);
    this.bytes[at + length] = 0;
    const value = exports.qjs_new_string(at, length);
    exports.wasm_free(at);
    if (exports.qjs_is_exception(value) === 0) return value;
    exports.qjs_free_value(exports.qjs_get_exception());
    return undefined;
  }

  /** The text of a guest string. */
  readText(value: number): string {
    return this.read(value, (from, to) => this.bytes.toString('utf8', from, to)) ?? '';
  }

  /** A copy of a guest string as UTF-8; undefined when it is longer than `maxBytes`. */
  readBytes(value: number, maxBytes: number): Buffer | undefined {
    return this.read(value, (from, to) => {
      if (to - from > maxBytes) return undefined;
      const copy = Buffer.allocUnsafe(to - from);
      this.bytes.copy(copy, 0, from, to);
      return copy;
    });
  }

  private read<T>(value: number, use: (from: number, to: number) => T): T | undefined {
    const { exports } = this;
    const at = exports.qjs_get_string_len(value, this.lengthSlot);
    if (at === 0) {
      exports.qjs_free_value(exports.qjs_get_exception()); // no room for the copy that the engine makes
      return undefined;
    }
    const result = use(at, at + this.bytes.readUInt32LE(this.lengthSlot));
    exports.qjs_free_cstring(at);
    return result;
  }
}
