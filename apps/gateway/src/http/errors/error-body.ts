import type { ErrorShape } from '../route-declaration';
import type { Problem } from './problem';

/**
 * The body of an error in a door's shape. Both shapes of the automation door carry `success: false` and a
 * top-level `code`, so that a client may look there whatever it called (contracts/automation.md A.3).
 */
export function errorBody(shape: ErrorShape, problem: Problem, requestId: string): object {
  const { code, message, extra } = problem;
  // A graph that does not compile has a third shape, at every door (contracts/automation.md A.3).
  if (code === 'TRANSPILE_FAILED') return { success: false, code, error: message, ...extra };
  switch (shape) {
    case 'flat':
      return { success: false, error: message, code, ...traced(problem, requestId), ...extra };
    case 'nested':
      return {
        success: false,
        error: { code, message },
        code,
        ...traced(problem, requestId),
        ...extra,
      };
    case 'jobs':
      return { error: message, code, request_id: requestId, ...extra };
  }
}

function traced({ status }: Problem, requestId: string): object {
  return status >= 500 ? { requestId } : {};
}
