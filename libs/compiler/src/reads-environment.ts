const READERS = /\bGet(?:Environment|Secret)\b/;

/**
 * Whether a program may read the environment of its deployment: it has such a node, or a text that looks like one.
 * Programs that cannot are run without being told anything of it.
 */
export function readsEnvironment(code: string): boolean {
  return READERS.test(code);
}
