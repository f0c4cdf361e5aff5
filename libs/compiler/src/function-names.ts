const MAX_PART = 40;

/**
 * A JavaScript name for each node id, in order: `node_` and the id's letters, digits and underscores. Ids that come out
 * alike get a number, so no user text ever decides what a name means.
 */
export function functionNames(nodeIds: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of nodeIds) {
    const base = baseName(id);
    let name = base;
    for (let n = 2; taken.has(name); n += 1) name = `${base}__${n}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

function baseName(id: string): string {
  let part = '';
  for (const char of id.slice(0, MAX_PART)) part += isWordCharacter(char) ? char : '_';
  return part.startsWith('node_') ? part : `node_${part}`;
}

function isWordCharacter(char: string): boolean {
  const isDigit = char >= '0' && char <= '9';
  const isLetter = (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z');
  return char.length === 1 && (isDigit || isLetter || char === '_');
}
