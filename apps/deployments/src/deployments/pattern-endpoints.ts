/** The webhook endpoints of patterns, as the patterns feature needs them. */
export abstract class PatternEndpoints {
  /**
   * Gives each of `nodeIds` an endpoint, the one it had if it ever had one, and rests those of other nodes.
   * The caller holds the pattern's lock.
   * @returns what callers may have cached and is no longer so: public webhook ids, and the pattern's id
   */
  abstract sync(
    pattern: { readonly id: string; readonly project: string },
    nodeIds: readonly string[],
  ): Promise<readonly string[]>;
}
