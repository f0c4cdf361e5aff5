import { DomainError } from '@runnel/errors';

/** The run has moved on without this executor: canceled, declared dead, claimed by another. Nothing more may be done for it. */
export class AttemptLost extends DomainError {
  constructor(runId: string, options?: ErrorOptions) {
    super('ATTEMPT_LOST', 'the run has moved on without this executor', { runId }, options);
  }
}
