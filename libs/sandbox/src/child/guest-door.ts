/** What the guest asks of the run that is in its VM. Implementations do not throw. */
export interface GuestDoor {
  /** JSON text beyond so many bytes is not taken out of the VM. */
  readonly outputBytes: number;
  /** `input` is JSON text, undefined when too large. Answers the number of a pending step, or `+output`, `-error` from the journal. */
  step(key: string, nodeId: string, nodeType: string, input: Buffer | undefined): number | string;
  /** Answers JSON text. */
  value(key: string, kind: string): string;
  /** Answers `+result` or `-error`, JSON text both; the same for the same input. */
  compute(kind: string, input: string): string;
  log(level: string, message: string, nodeId: string): void;
  /** `output` and `inputs` are JSON text, empty when they are not told. */
  fired(note: {
    readonly key: string;
    readonly nodeId: string;
    readonly nodeType: string;
    readonly output: string;
    readonly inputs: string;
  }): void;
  /** So many more nodes fired. */
  firedOmitted(count: number): void;
  /** `output` is JSON text, undefined when too large. */
  done(output: Buffer | undefined): void;
  /** `error` is JSON text, empty when the VM had no room left to tell. */
  failed(error: string): void;
  /** True when the VM must stop executing now. Called every few thousand operations of the guest. */
  interrupted(): boolean;
  /** What the guest's clock shows: milliseconds since the epoch. */
  now(): number;
}

/** Stands where no run is: between two runs, and while the prelude is loaded. */
export const CLOSED_DOOR: GuestDoor = {
  outputBytes: 0,
  step: () => 0,
  value: () => 'null',
  compute: () => '+null',
  log: () => undefined,
  fired: () => undefined,
  firedOmitted: () => undefined,
  done: () => undefined,
  failed: () => undefined,
  interrupted: () => false,
  now: () => 0,
};
