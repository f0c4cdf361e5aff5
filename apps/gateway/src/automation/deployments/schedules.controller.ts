import { Controller, Get, Put } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, success } from '../envelopes';
import { previewSchedule, updateSchedule } from './schedules.dto';

/** When deployments run by themselves (contracts/automation.md D.14, E.8). */
@Controller('api/deployments/:id/schedule')
export class SchedulesController {
  constructor(private readonly services: ServiceClient) {}

  @Put()
  @RequiresPermission('update-schedule')
  @Serves(updateSchedule)
  async update(
    @Caller() identity: Identity,
    @Input() { params, body }: InputOf<typeof updateSchedule>,
  ): Promise<Envelope<object>> {
    const { timezone, nodeId } = body;
    const changed = await this.services.call('svc.deployments.update-schedule', {
      identity,
      deploymentId: params.id,
      cronExpression: body.cronExpression,
      ...(timezone !== undefined && { timezone }),
      ...(nodeId !== undefined && { nodeId }),
    });
    const { cronExpression, timezone: zone, nextRunAt } = changed;
    return success({ cronExpression, timezone: zone, nextRunAt });
  }

  @Get('preview')
  @RequiresPermission('preview-schedule')
  @Serves(previewSchedule)
  async preview(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof previewSchedule>,
  ): Promise<Envelope<object>> {
    const { count, from: asked, nodeId } = query;
    const { from, ticks } = await this.services.call('svc.deployments.preview-schedule', {
      identity,
      deploymentId: params.id,
      count,
      ...(asked !== undefined && { from: asked }),
      ...(nodeId !== undefined && { nodeId }),
    });
    const listed = ticks.map(({ nodeId: node, scheduledFor, localTime, timezone }) => ({
      nodeId: node,
      scheduledFor,
      localTime,
      timezone,
    }));
    return success({ from, ticks: listed });
  }
}
