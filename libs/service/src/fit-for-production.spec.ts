import { commonVariables, parseEnvironment, secret } from '@runnel/config';
import { z } from 'zod';

import { fitForProduction } from './fit-for-production';

const schema = fitForProduction(z.object({ ...commonVariables, RUNNEL_SECRET: secret(4) }));
const read = (environment: Record<string, string>) =>
  parseEnvironment(schema, {
    RUNNEL_NATS_URL: 'nats://127.0.0.1:4222',
    RUNNEL_SECRET: 'long',
    ...environment,
  });
const production = { RUNNEL_PROFILE: 'production' };

describe(fitForProduction, () => {
  it.each([
    ['an interval on a laptop', {}],
    ['always', { ...production, RUNNEL_NATS_SYNC: 'always' }],
    ['an interval with three copies', { ...production, RUNNEL_NATS_REPLICAS: '3' }],
  ])('takes %s', (_, environment) => {
    expect(() => read(environment)).not.toThrow();
  });

  it.each([
    ['one copy', {}],
    ['one copy, said so', { RUNNEL_NATS_SYNC: 'interval', RUNNEL_NATS_REPLICAS: '1' }],
    ['two copies, which cannot agree when one is down', { RUNNEL_NATS_REPLICAS: '2' }],
  ])('refuses an interval in production with %s, and says what to do', (_, environment) => {
    const reading = () => read({ ...production, ...environment });
    expect(reading).toThrow(/RUNNEL_NATS_SYNC: must be always when RUNNEL_PROFILE is production/);
    expect(reading).toThrow(/sync_interval: always[^]*RUNNEL_NATS_REPLICAS=3/);
  });

  it('tells of it together with whatever else is wrong', () => {
    const reading = () => read({ ...production, RUNNEL_SECRET: 'x', RUNNEL_SHARDS: 'many' });
    expect(reading).toThrow(/RUNNEL_SHARDS[^]*RUNNEL_SECRET[^]*RUNNEL_NATS_SYNC/);
  });

  it('says nothing of the sync when the number of copies cannot be read', () => {
    const reading = () => read({ ...production, RUNNEL_NATS_REPLICAS: 'three' });
    expect(reading).toThrow('RUNNEL_NATS_REPLICAS: must be a whole number');
    expect(reading).not.toThrow('RUNNEL_NATS_SYNC');
  });
});
