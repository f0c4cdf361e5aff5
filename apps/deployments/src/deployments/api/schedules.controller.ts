import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type ResponseOf } from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { SchedulesHandler } from '../application/schedules.handler';
import {
  listSchedulesSchema,
  previewScheduleSchema,
  updateScheduleSchema,
} from './schedule-requests';

@Controller()
export class SchedulesController {
  constructor(private readonly schedules: SchedulesHandler) {}

  @Answers('svc.deployments.update-schedule')
  update(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.update-schedule'>> {
    const { identity, deploymentId, ...change } = decode(updateScheduleSchema, request);
    return this.schedules.update(identity, deploymentId, change);
  }

  @Answers('svc.deployments.preview-schedule')
  preview(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.preview-schedule'>> {
    const { identity, deploymentId, ...preview } = decode(previewScheduleSchema, request);
    return this.schedules.preview(identity, deploymentId, preview);
  }

  /** Asked by the scheduler, on behalf of nobody: no identity, no permission. */
  @Answers('svc.deployments.list-schedules')
  list(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.list-schedules'>> {
    return this.schedules.list(decode(listSchedulesSchema, request));
  }
}
