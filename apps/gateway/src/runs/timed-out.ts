import { HttpProblem } from '../http/errors/problem';

/** What a caller who waited for a run gets when the time is up (contracts/automation.md C.6). */
export function timedOut(runId: string): HttpProblem {
  return new HttpProblem(
    504,
    'EXECUTION_TIMEOUT',
    'the execution did not end in time; its run tells how it went on',
    { extra: { data: { runId, status: 'timeout' } } },
  );
}
