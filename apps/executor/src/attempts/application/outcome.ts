import type { FailureReason, Payload, RunCommand } from '@runnel/run-domain';
import type { SandboxResult } from '@runnel/sandbox';

/** Sandbox limits as reasons of failure; what is not listed is an error of the pattern itself. */
const REASON_BY_CODE: Readonly<Record<string, FailureReason>> = {
  MEMORY_LIMIT: 'oom',
  CPU_LIMIT: 'budget',
  OUTPUT_LIMIT: 'budget',
  STACK_LIMIT: 'budget',
};

/**
 * The command that ends an attempt as its program ended; undefined when the run was suspended and goes on
 * later. `output` is the stored form of a completed program's result.
 */
export function commandFor(
  result: SandboxResult,
  facts: {
    readonly attempt: number;
    readonly now: string;
    readonly random: number;
    readonly output: Payload;
  },
): RunCommand | undefined {
  const { attempt, now, random, output } = facts;
  switch (result.status) {
    case 'completed':
      return { type: 'CompleteRun', now, attempt, output };
    case 'failed':
      return {
        type: 'FailAttempt',
        now,
        attempt,
        random,
        reason: REASON_BY_CODE[result.error.code ?? ''] ?? 'error',
        error: result.error,
      };
    case 'timed_out':
      return { type: 'TimeOutRun', now, attempt, random };
    case 'suspended':
      return undefined;
  }
}
