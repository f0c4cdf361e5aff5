import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, type ResponseOf } from '@runnel/messaging';
import { z } from 'zod';

import { decode } from '../../decoding/decode';
import { CaptureEventHandler } from '../application/capture-event.handler';
import { ResolveTargetHandler } from '../application/resolve-target.handler';
import { TripBreakerHandler } from '../application/trip-breaker.handler';

const id = z.string();
const webhookSchema = z.object({ webhookId: id });
const deploymentSchema = z.object({ project: id, deploymentId: id });
const breakerSchema = z.object({
  project: id,
  deploymentId: id,
  threshold: z.int().min(1).max(100),
  failures: z.array(z.iso.datetime()).max(100),
});
const programSchema = z.object({ versionId: id });
const eventSchema = z.object({ endpointId: id, event: z.unknown() });

/** Questions of the services themselves, on behalf of nobody: no identity, no permission. */
@Controller()
export class TargetsController {
  constructor(
    private readonly targets: ResolveTargetHandler,
    private readonly capturing: CaptureEventHandler,
    private readonly breaker: TripBreakerHandler,
  ) {}

  @Answers('svc.deployments.resolve-webhook')
  async webhook(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.resolve-webhook'>> {
    return { target: await this.targets.webhook(decode(webhookSchema, request).webhookId) };
  }

  @Answers('svc.deployments.resolve-deployment')
  async deployment(
    @Payload() request: unknown,
  ): Promise<ResponseOf<'svc.deployments.resolve-deployment'>> {
    const { project, deploymentId } = decode(deploymentSchema, request);
    return { target: await this.targets.deployment(project, deploymentId) };
  }

  @Answers('svc.deployments.get-program')
  async program(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.get-program'>> {
    return { program: await this.targets.program(decode(programSchema, request).versionId) };
  }

  @Answers('svc.deployments.trip-breaker')
  tripBreaker(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.trip-breaker'>> {
    return this.breaker.handle(decode(breakerSchema, request));
  }

  @Answers('svc.deployments.capture-event')
  async capture(@Payload() request: unknown): Promise<ResponseOf<'svc.deployments.capture-event'>> {
    const { endpointId, event } = decode(eventSchema, request);
    await this.capturing.handle(endpointId, event);
    return { captured: true };
  }
}
