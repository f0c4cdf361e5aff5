import type { Durability } from './run-log.port';

/**
 * How an acknowledged event is kept on servers that sync as declared, with so many copies of each stream. Two
 * copies do not count as replicated: with one server down they cannot agree.
 */
export function durabilityOf(
  replicas: number,
  declaredSync: 'always' | 'interval' | undefined,
): Durability {
  if (declaredSync === 'always') return 'fsync';
  return replicas >= 3 ? 'replicated' : 'interval';
}
