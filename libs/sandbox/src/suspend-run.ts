/** Thrown by `SandboxHost.step` to let the run go: its VM is discarded and it goes on later from its journal. */
export class SuspendRun extends Error {
  readonly code = 'SUSPEND_RUN';

  constructor() {
    super('the run is suspended');
    this.name = 'SuspendRun';
  }
}

/** True for a `SuspendRun`, whichever copy of the module made it. */
export function isSuspendRun(error: unknown): boolean {
  return error instanceof Error && (error as Partial<SuspendRun>).code === 'SUSPEND_RUN';
}
