/** Injection token of the read models that this process projects. */
export const PROJECTIONS = Symbol('PROJECTIONS');
