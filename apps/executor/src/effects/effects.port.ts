import type { Json } from '@runnel/run-domain';

/** One step that touches the world, as the sandboxed program asks for it. */
export interface EffectCall {
  readonly runId: string;
  readonly project: string;
  /** `<nodeId>:<firing>`; with the run's id it is the idempotency key of what the step does. */
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly input: Json;
  readonly signal: AbortSignal;
}

/** Why a step failed, in words the pattern's author can act on; catchable by Try/Catch. */
export class EffectError extends Error {
  constructor(
    /** Class of the error as the pattern sees it, e.g. `HttpError`. */
    readonly type: string,
    message: string,
    readonly code?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = type;
  }
}

/** Port to the world: does what one type of node asks for. */
export abstract class Effect {
  /** Node type whose steps it performs. */
  abstract readonly nodeType: string;

  /** Resolves with the step's output. Throws EffectError. */
  abstract perform(call: EffectCall): Promise<Json>;
}

/** All effects there are, by node type. */
export abstract class Effects {
  /** Throws EffectError UNKNOWN_EFFECT for a node type that no effect performs. */
  abstract perform(call: EffectCall): Promise<Json>;
}
