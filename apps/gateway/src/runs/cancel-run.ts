import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import { decide, isTerminalStatus, statusFor } from '@runnel/run-domain';
import { decideAndAppend, RunLog } from '@runnel/run-log';

import { runNotFound } from './load-run';

export interface CancelRequest {
  readonly identity: Identity;
  readonly runId: string;
  readonly deploymentId: string;
}

const RUN_ID = /^[\w-]{1,64}$/;

/** Cancels runs. What works on one is told by the scheduler, which reads the same log (docs/runs.md). */
@Injectable()
export class CancelRun {
  constructor(
    private readonly log: RunLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends a run that has not ended; resolves once the log has it on disk. A run that is canceled already stays so.
   * @throws DomainError FORBIDDEN, NOT_FOUND, INVALID_STATUS when it has ended otherwise; ConcurrencyError;
   *   UnavailableError
   */
  async cancel({ identity, runId, deploymentId }: CancelRequest): Promise<void> {
    assertAllowed(identity, PERMISSIONS['cancel-run']);
    if (!RUN_ID.test(runId)) throw runNotFound();
    const { project, kind, id } = identity;
    const now = this.clock.iso();
    await decideAndAppend(
      this.log,
      runId,
      (state, { commits }) => {
        const isOurs = commits[0]?.commit.project === project;
        if (!isOurs || state.status === 'absent') throw runNotFound();
        if (state.request.deploymentId !== deploymentId) throw runNotFound();
        if (state.status === 'canceled') return [];
        if (isTerminalStatus(state.status)) {
          const status = statusFor('automation', state.status);
          throw new DomainError('INVALID_STATUS', `the run has ended: it is ${status}`, { status });
        }
        return decide({ type: 'CancelRun', now, reason: 'canceled on request' }, state);
      },
      { commandId: newId('command'), project, actor: { kind, id }, at: now },
    );
  }
}
