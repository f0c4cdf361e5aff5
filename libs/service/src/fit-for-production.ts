import { durabilityOf } from '@runnel/run-log';
import type { z } from 'zod';

interface DurabilityVariables {
  readonly RUNNEL_PROFILE: 'local' | 'production';
  readonly RUNNEL_NATS_SYNC: 'always' | 'interval';
  readonly RUNNEL_NATS_REPLICAS: number;
}

const JUDGED = ['RUNNEL_PROFILE', 'RUNNEL_NATS_SYNC', 'RUNNEL_NATS_REPLICAS'];

/** Also when other variables are wrong: all problems are told at once. */
const WHEN_READABLE = {
  when: ({ issues }: z.core.ParsePayload) =>
    !issues.some(({ path }) => JUDGED.includes(String(path?.[0]))),
};

/**
 * A service's schema, refusing in production what is only fit for a laptop, whatever the service: a log that
 * forgets acknowledged events in a power cut.
 */
export function fitForProduction<S extends z.ZodType<DurabilityVariables>>(schema: S): S {
  return schema.superRefine((variables, context) => {
    const { RUNNEL_PROFILE, RUNNEL_NATS_REPLICAS, RUNNEL_NATS_SYNC } = variables;
    if (RUNNEL_PROFILE !== 'production') return;
    if (durabilityOf(RUNNEL_NATS_REPLICAS, RUNNEL_NATS_SYNC) !== 'interval') return;
    context.addIssue({
      code: 'custom',
      path: ['RUNNEL_NATS_SYNC'],
      message:
        'must be always when RUNNEL_PROFILE is production and there are fewer than 3 copies of the log: set ' +
        '`sync_interval: always` in the NATS servers and say so here, or run 3 servers and set RUNNEL_NATS_REPLICAS=3',
    });
  }, WHEN_READABLE);
}
