import type { GuestLibrary, RegexPart, RegexTree } from './guest-types';

/** Adds to the library what turns the tree of a regular expression into the steps of a machine. Runs inside the VM. */
export function installRegexCompiler(lib: GuestLibrary): void {
  const MAX_PARTS = 5000;

  lib.compileRegex = (parsed, fail) => {
    const parts: RegexPart[] = [];
    let emitted = 0;
    add({ op: 'save', slot: 0 });
    emit(parsed.tree);
    add({ op: 'save', slot: 1 });
    add({ op: 'match' });
    return { parts, groups: parsed.groups, names: parsed.names };

    function add(part: RegexPart): number {
      if (parts.length >= MAX_PARTS) throw fail('is too large');
      return parts.push(part) - 1;
    }

    /** A fork whose second way leads to here once `land` is called; a lazy one prefers it. */
    function fork(isLazy: boolean): { readonly land: () => void } {
      const place = add({ op: 'fork', first: 0, second: 0 });
      const next = place + 1;
      return {
        land: () => {
          const [first, second] = isLazy ? [parts.length, next] : [next, parts.length];
          parts[place] = { op: 'fork', first, second };
        },
      };
    }

    function emit(tree: RegexTree): void {
      emitted += 1; // what takes no part, such as (?:){1000}, takes time all the same
      if (emitted > 4 * MAX_PARTS) throw fail('is too large');
      switch (tree.kind) {
        case 'set':
          add({ op: 'set', ranges: tree.ranges, isNegated: tree.isNegated });
          break;
        case 'any':
          add({ op: 'any' });
          break;
        case 'assert':
          add({ op: 'assert', what: tree.what });
          break;
        case 'group':
          add({ op: 'save', slot: tree.number * 2 });
          emit(tree.inner);
          add({ op: 'save', slot: tree.number * 2 + 1 });
          break;
        case 'all':
          for (const item of tree.items) emit(item);
          break;
        case 'either':
          alternatives(tree.items);
          break;
        default:
          repetition(tree);
      }
    }

    function alternatives(items: readonly RegexTree[]): void {
      const ends: number[] = [];
      items.forEach((item, i) => {
        const other = i < items.length - 1 ? fork(false) : undefined;
        emit(item);
        if (other === undefined) return;
        ends.push(add({ op: 'jump', to: 0 }));
        other.land();
      });
      for (const end of ends) parts[end] = { op: 'jump', to: parts.length };
    }

    function repetition({ inner, least, most, isLazy }: RegexTree & { kind: 'repeat' }): void {
      for (let i = 0; i < least; i += 1) emit(inner);
      if (most === Infinity) {
        const start = parts.length;
        const exit = fork(isLazy);
        emit(inner);
        add({ op: 'jump', to: start });
        exit.land();
        return;
      }
      const exits: { readonly land: () => void }[] = [];
      for (let i = least; i < most; i += 1) {
        exits.push(fork(isLazy));
        emit(inner);
      }
      for (const exit of exits) exit.land();
    }
  };
}
