import type { GuestError, GuestNotes, SandboxLimits } from './api';

/** What a run may use unless it says otherwise (contracts/automation.md C.6). */
export const DEFAULT_LIMITS: SandboxLimits = {
  cpuMs: 5_000,
  wallMs: 30_000,
  memoryBytes: 64 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  logLines: 1_000,
  logBytes: 256 * 1024,
  pendingSteps: 100,
  steps: 10_000,
  values: 10_000,
  valueBytes: 4 * 1024 * 1024,
};

/** Codes by which the sandbox ends a run. A program cannot raise them itself. */
export const LIMIT_CODES = [
  'CPU_LIMIT',
  'MEMORY_LIMIT',
  'OUTPUT_LIMIT',
  'STACK_LIMIT',
  'STEP_LIMIT',
  'WALL_LIMIT',
  'SANDBOX_CRASHED',
  'NEVER_SETTLES',
  'PROGRAM_INVALID',
] as const;
export type LimitCode = (typeof LIMIT_CODES)[number];

const MESSAGES: Readonly<Record<LimitCode, string>> = {
  CPU_LIMIT: 'CPU time limit exceeded',
  MEMORY_LIMIT: 'Memory limit exceeded',
  OUTPUT_LIMIT: 'Output limit exceeded',
  STACK_LIMIT: 'Call stack limit exceeded',
  STEP_LIMIT: 'Step limit exceeded',
  WALL_LIMIT: 'Execution timed out',
  SANDBOX_CRASHED: 'The program brought its sandbox down twice',
  NEVER_SETTLES: 'The program waits for something that can never happen',
  PROGRAM_INVALID: 'The program could not be loaded',
};

/** The error of a run that the sandbox ended. */
export function limitError(code: LimitCode, message: string = MESSAGES[code]): GuestError {
  return { type: 'LimitError', message, code };
}

/** The notes of a program that did nothing worth telling. */
export const NO_NOTES: GuestNotes = { fired: [], firedOmitted: 0, values: [], logs: [] };
