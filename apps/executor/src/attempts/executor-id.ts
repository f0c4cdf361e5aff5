/** Injection token of this process's id: it names the holder of a claim, and no two processes share one. */
export const EXECUTOR_ID = Symbol('EXECUTOR_ID');
