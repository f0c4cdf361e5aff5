import type { Json } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/**
 * Adds a parser of YAML to the library: js-yaml, whose text is in the prelude and evaluated by the first node that needs
 * it, since most VMs never do. Runs inside the VM, so that its time and memory are those of the run.
 */
export function installYaml(lib: GuestLibrary): void {
  const MAX_TEXT = 1048576;
  const MAX_VALUES = 1000000;
  const MAX_DEPTH = 100;
  /** The part of js-yaml that is used. */
  interface JsYaml {
    loadAll(text: string, options: object): unknown[];
    readonly CORE_SCHEMA: { withTags(...tags: unknown[]): unknown };
    readonly realMapTag: unknown;
  }
  let loaded: { readonly yaml: JsYaml; readonly options: object } | undefined;

  lib.parseYaml = (text, nodeId) => {
    if (text.length > MAX_TEXT) throw fail(`The text has more than ${MAX_TEXT} characters`);
    loaded ??= load();
    let documents: unknown[];
    try {
      documents = loaded.yaml.loadAll(text, loaded.options);
    } catch (thrown) {
      throw fail(`Text is not YAML: ${String((thrown as Error).message).slice(0, 500)}`);
    }
    let left = MAX_VALUES;
    if (documents.length > 1) throw fail('The text holds more than one document');
    return plain(documents[0], MAX_DEPTH);

    function fail(message: string, code = 'INVALID_YAML') {
      return lib.error('SyntaxError', message, nodeId, code);
    }

    /** A copy as JSON. An alias is a reference to what may hold many more: copies are counted. */
    function plain(value: unknown, depth: number): Json {
      left -= 1;
      if (left < 0) throw fail(`The text stands for more than ${MAX_VALUES} values`, 'VALUE_LIMIT');
      if (depth < 0) throw fail(`Values are nested deeper than ${MAX_DEPTH} levels`);
      if (Array.isArray(value)) return value.map((item: unknown) => plain(item, depth - 1));
      if (value instanceof Map) {
        const entries = [...(value as ReadonlyMap<unknown, unknown>)];
        return Object.fromEntries(
          entries.map(([key, held]) => [name(key), plain(held, depth - 1)]),
        );
      }
      if (typeof value === 'number' && !Number.isFinite(value))
        throw fail('A number is not finite');
      return (value ?? null) as Json;
    }

    function name(key: unknown): string {
      if (typeof key === 'object' && key !== null) throw fail('A key is no text');
      return String(key);
    }
  };

  function load() {
    const wrapped = `(() => { const module = { exports: {} }; const { exports } = module;\n${lib.packages.jsYaml}\nreturn exports; })()`;
    const yaml = lib.evaluate(wrapped) as JsYaml;
    // Maps take any key as it is; objects would lose those that the frozen world has names for.
    const schema = yaml.CORE_SCHEMA.withTags(yaml.realMapTag);
    return { yaml, options: { schema, maxDepth: MAX_DEPTH, maxAliases: 10000 } };
  }
}
