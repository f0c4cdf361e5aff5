/** All or nothing over several stores. */
export abstract class Transactions {
  /** Runs `work`; what the stores write meanwhile is committed together, or not at all when it throws. */
  abstract inTransaction<T>(work: () => Promise<T>): Promise<T>;
}
