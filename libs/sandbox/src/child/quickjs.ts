import { pathToFileURL } from 'node:url';

// The engine is an ES module and this package CommonJS, so its types are named with the mode of their import.
import type * as engine from 'quickjs-wasi' with { 'resolution-mode': 'import' };

export type Engine = typeof engine;
export type QuickJS = engine.QuickJS;
export type GuestHandle = engine.JSValueHandle;
export type EngineOptions = engine.QuickJSOptions;
export type GuestMemory = ReturnType<QuickJS['snapshot']>;
export type EngineExports = ReturnType<QuickJS['_getExports']>;

/** Loads the engine from its entry file: a path, because the child may not search for packages. */
export async function loadEngine(entryFile: string): Promise<Engine> {
  return (await import(pathToFileURL(entryFile).href)) as Engine;
}
