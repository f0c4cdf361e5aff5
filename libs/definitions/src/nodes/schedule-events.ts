import { eventNode } from '../define-node';
import type { NodeSpec } from '../node-spec';
import { parseSchedule } from '../schedule-properties';

export const SCHEDULE_EVENT_NODES: readonly NodeSpec[] = [
  eventNode({
    id: 'OnSchedule',
    label: 'On Schedule',
    category: 'Events',
    description: 'Starts the pattern at the times of a cron expression.',
    documentation:
      'schedule has five fields (minute, hour, day of month, month, day of week) or six with leading seconds; ' +
      'timezone is an IANA name, UTC where empty. timestamp is the time at which the run was asked for.',
    outputs: [{ name: 'timestamp', type: 'datetime' }],
    properties: [
      {
        name: 'schedule',
        label: 'Schedule',
        type: 'string',
        description: 'Cron expression, e.g. 0 9 * * MON-FRI.',
      },
      {
        name: 'timezone',
        label: 'Time zone',
        type: 'string',
        description: 'IANA name, e.g. Europe/Berlin; UTC where empty.',
      },
    ],
    propertyProblems: (properties) => {
      const schedule = parseSchedule(properties);
      return typeof schedule === 'string' ? [schedule] : [];
    },
  }),
];
