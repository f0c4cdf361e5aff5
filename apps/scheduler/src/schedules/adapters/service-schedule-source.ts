import type { ScheduledDeployment, ServiceClient } from '@runnel/messaging';

import { ScheduleSource } from '../application/schedule-source.port';

/** The definitions as the deployments service tells them. */
export class ServiceScheduleSource extends ScheduleSource {
  constructor(private readonly services: ServiceClient) {
    super();
  }

  all(): Promise<readonly ScheduledDeployment[]> {
    return this.pages({});
  }

  ofDeployments(deploymentIds: readonly string[]): Promise<readonly ScheduledDeployment[]> {
    return this.pages({ deploymentIds });
  }

  private async pages(request: {
    readonly deploymentIds?: readonly string[];
  }): Promise<readonly ScheduledDeployment[]> {
    const all: ScheduledDeployment[] = [];
    for (let after = ''; ;) {
      const asked = { ...request, after };
      const page = await this.services.call('svc.deployments.list-schedules', asked);
      all.push(...page.items);
      if (page.next === null) return all;
      after = page.next;
    }
  }
}
