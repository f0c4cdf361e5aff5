import { readFileSync } from 'node:fs';

import { secret } from '@runnel/config';
import { z } from 'zod';

import { configurationDocument } from '../../tools/docs/configuration';
import { variableRow } from '../../tools/docs/variable-row';
import { READ_CONFIGURATION, SECRETS } from '../support/service-configurations';

describe('docs/configuration.md', () => {
  it('says what the schemas say', () => {
    const isCurrent = readFileSync('docs/configuration.md', 'utf8') === configurationDocument();
    if (!isCurrent)
      throw new Error('docs/configuration.md is stale: run `npm run docs:configuration`');
  });
});

describe(variableRow, () => {
  it('tells default, values and meaning of a choice', () => {
    const schema = z.enum(['a', 'b']).default('b').describe('which of the two');
    expect(variableRow('X', schema)).toEqual({
      name: '`X`',
      default: '`b`',
      accepts: '`a`, `b`',
      meaning: 'which of the two',
    });
  });

  it('tells what must be set, and what holds when nothing is', () => {
    const schema = secret(8);
    expect(variableRow('X', schema.describe('x'))).toMatchObject({
      default: 'must be set',
      accepts: 'secret, at least 8 characters',
    });
    const optional = schema.optional().meta({ unset: 'made up' }).describe('x');
    expect(variableRow('X', optional).default).toBe('made up');
  });

  it('never prints a secret', () => {
    const schema = secret(4).default(secret(4).parse('hunter2')).describe('x');
    expect(JSON.stringify(variableRow('X', schema))).not.toContain('hunter2');
  });

  it.each([
    ['means', z.enum(['a'])],
    ['accepts', z.string().describe('x')],
  ])('refuses a variable that does not say what it %s', (what, schema) => {
    expect(() => variableRow('X', schema)).toThrow(`X does not say what it ${what}`);
  });
});

describe('RUNNEL_PROFILE=production', () => {
  const production = {
    ...SECRETS,
    RUNNEL_PROFILE: 'production',
    RUNNEL_NATS_URL: 'nats://nats:4222',
  };

  it.each(Object.entries(READ_CONFIGURATION))('keeps %s off a log that may forget', (_, read) => {
    expect(() => read(production)).toThrow('RUNNEL_NATS_SYNC: must be always');
    expect(() => read({ ...production, RUNNEL_NATS_SYNC: 'always' })).not.toThrow();
    expect(() => read({ ...production, RUNNEL_NATS_REPLICAS: '3' })).not.toThrow();
  });
});
