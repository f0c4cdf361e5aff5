import type { ScheduledDeployment, ServiceClient } from '@runnel/messaging';

import { ScheduleSource } from '../application/schedule-source.port';

/** The definitions as the deployments service tells them. */
export class ServiceScheduleSource extends ScheduleSource {
  constructor(private readonly services: ServiceClient) {
    super();
  }

  async all(): Promise<readonly ScheduledDeployment[]> {
    const all: ScheduledDeployment[] = [];
    for (let after = ''; ;) {
      const page = await this.services.call('svc.deployments.list-schedules', { after });
      all.push(...page.items);
      if (page.next === null) return all;
      after = page.next;
    }
  }

  async ofDeployments(deploymentIds: readonly string[]): Promise<readonly ScheduledDeployment[]> {
    return (await this.services.call('svc.deployments.list-schedules', { deploymentIds })).items;
  }
}
