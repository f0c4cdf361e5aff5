import { Module } from '@nestjs/common';

import { RunsController } from './api/runs.controller';
import { ReplyBudget } from './reply-budget';
import { ListRunsQuery } from './read-model/list-runs.query';
import { RunEventsQuery } from './read-model/run-events.query';
import { RunOutputQuery } from './read-model/run-output.query';
import { RunQuery } from './read-model/run.query';

/** Runs as lists and pages show them. */
@Module({
  controllers: [RunsController],
  providers: [ReplyBudget, ListRunsQuery, RunQuery, RunEventsQuery, RunOutputQuery],
})
export class RunsModule {}
