import { scheduleProblem } from '@runnel/cron';

import type { JsonObject } from './json';

/** When an On Schedule node starts runs, as its properties say. */
export interface NodeSchedule {
  readonly cronExpression: string;
  readonly timezone: string;
}

/** The zone of a schedule that names none (contracts/automation.md C.9). */
export const DEFAULT_TIMEZONE = 'UTC';

/** The schedule of an On Schedule node, or a sentence about what is wrong with its properties. */
export function parseSchedule(properties: JsonObject): NodeSchedule | string {
  const { schedule, timezone } = properties;
  if (schedule === undefined || schedule === null || schedule === '') {
    return 'Invalid cron expression: schedule is required';
  }
  if (typeof schedule !== 'string') return 'Invalid cron expression: schedule must be a text';
  const zone =
    timezone === undefined || timezone === null || timezone === '' ? DEFAULT_TIMEZONE : timezone;
  if (typeof zone !== 'string') return 'Unknown timezone: it must be a text';
  return scheduleProblem(schedule, zone) ?? { cronExpression: schedule.trim(), timezone: zone };
}
