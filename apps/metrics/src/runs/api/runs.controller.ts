import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type RequestOf, type ResponseOf } from '@runnel/messaging';

import { ListRunsQuery } from '../read-model/list-runs.query';
import { RunEventsQuery } from '../read-model/run-events.query';
import { RunOutputQuery } from '../read-model/run-output.query';
import { RunQuery } from '../read-model/run.query';

/** Answers questions over runs. */
@Controller()
export class RunsController {
  constructor(
    private readonly lists: ListRunsQuery,
    private readonly runs: RunQuery,
    private readonly events: RunEventsQuery,
    private readonly output: RunOutputQuery,
  ) {}

  @Answers('svc.metrics.list-runs')
  listRuns(
    @Payload() request: RequestOf<'svc.metrics.list-runs'>,
  ): Promise<ResponseOf<'svc.metrics.list-runs'>> {
    return this.lists.list(request);
  }

  @Answers('svc.metrics.get-run')
  getRun(
    @Payload() request: RequestOf<'svc.metrics.get-run'>,
  ): Promise<ResponseOf<'svc.metrics.get-run'>> {
    return this.runs.get(request);
  }

  @Answers('svc.metrics.list-run-events')
  listEvents(
    @Payload() request: RequestOf<'svc.metrics.list-run-events'>,
  ): Promise<ResponseOf<'svc.metrics.list-run-events'>> {
    return this.events.list(request);
  }

  @Answers('svc.metrics.list-run-output')
  listOutput(
    @Payload() request: RequestOf<'svc.metrics.list-run-output'>,
  ): Promise<ResponseOf<'svc.metrics.list-run-output'>> {
    return this.output.list(request);
  }
}
