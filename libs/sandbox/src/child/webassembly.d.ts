/** The part of WebAssembly that is used here; TypeScript declares it only for browsers. */
declare namespace WebAssembly {
  class Module {
    private readonly brand: 'module';
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    value: number;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
