import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import type { CompileOptions } from '@runnel/compiler';
import type { ResponseOf } from '@runnel/messaging';

import { compilePattern } from '../../compiling/compile-pattern';
import { readGraph } from '../domain/pattern-graph';

@Injectable()
export class TranspileHandler {
  /**
   * The program of a graph that need not be saved.
   * @throws DomainError TRANSPILE_FAILED, FORBIDDEN; InvalidInputError VALIDATION, PAYLOAD_TOO_LARGE
   */
  handle(
    identity: Identity,
    graphData: unknown,
    options: CompileOptions,
  ): ResponseOf<'svc.deployments.transpile'> {
    assertAllowed(identity, PERMISSIONS.transpile);
    const { code, warnings } = compilePattern(readGraph(graphData), options);
    return { code, warnings };
  }
}
