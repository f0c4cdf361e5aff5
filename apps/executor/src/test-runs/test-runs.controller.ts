import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type RequestOf, type ResponseOf } from '@runnel/messaging';

import { TestRunHandler } from './test-run.handler';

/** Answers the gateway's questions for test runs. */
@Controller()
export class TestRunsController {
  constructor(private readonly handler: TestRunHandler) {}

  @Answers('svc.executor.test-run')
  testRun(
    @Payload() request: RequestOf<'svc.executor.test-run'>,
  ): Promise<ResponseOf<'svc.executor.test-run'>> {
    return this.handler.handle(request);
  }
}
