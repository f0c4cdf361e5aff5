import { Controller, type Type } from '@nestjs/common';
import { type App, Answers, pingSubject, type ResponseOf } from '@runnel/messaging';
import { Readiness } from '@runnel/telemetry';

/** The controller through which a live copy of `app` tells whether it is ready. */
export function createPingController(app: App): Type {
  @Controller()
  class PingController {
    constructor(private readonly readiness: Readiness) {}

    @Answers(pingSubject(app))
    async ping(): Promise<ResponseOf<`svc.${App}.ping`>> {
      return { ready: (await this.readiness.report()).ready };
    }
  }
  return PingController;
}
