import { type ArgumentsHost, Catch, type RpcExceptionFilter } from '@nestjs/common';
import { isAppError, toWireError, type WireError } from '@runnel/errors';
import type { Logger } from '@runnel/telemetry';
import { type Observable, throwError } from 'rxjs';

/**
 * Turns what a handler throws into the error the asking service receives. Refusals keep their code;
 * anything else is a bug: logged here, once, with its stack, and told to the caller without details.
 */
@Catch()
export class WireErrorFilter implements RpcExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    if (isAppError(error)) return throwError(() => toWireError(error));
    this.logger.error({ err: error, subject: subjectOf(host) }, 'request failed');
    const internal: WireError = {
      kind: 'internal',
      code: 'INTERNAL',
      message: 'the service failed internally',
      details: {},
    };
    return throwError(() => internal);
  }
}

function subjectOf(host: ArgumentsHost): string | undefined {
  const context: unknown = host.switchToRpc().getContext();
  if (typeof context !== 'object' || context === null || !('getSubject' in context))
    return undefined;
  const { getSubject } = context as { getSubject: () => string };
  return getSubject.call(context);
}
