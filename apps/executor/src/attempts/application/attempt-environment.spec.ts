import { Clock } from '@runnel/clock';
import type { RunEnvironment } from '@runnel/messaging';
import type { ExistingRun, Journal } from '@runnel/run-domain';
import { MemoryPayloadStore } from '@runnel/run-log';

import { type EnvironmentQuestion, RunEnvironments } from '../../environments/environments.port';
import { openEnvironment } from './attempt-environment';

class FixedClock extends Clock {
  override now(): number {
    return Date.parse('2026-03-01T00:00:00.000Z');
  }
}

/** One environment whose values a test changes. */
class OneEnvironment extends RunEnvironments {
  readonly asked: EnvironmentQuestion[] = [];
  current: RunEnvironment | undefined = {
    environmentId: 'env_1',
    variables: { REGION: 'eu' },
    secrets: { KEY: { value: 'first value', version: 'sec_1.1' } },
  };

  override load(_: string, question: EnvironmentQuestion): Promise<RunEnvironment | undefined> {
    this.asked.push(question);
    return Promise.resolve(this.current);
  }
}

const journalOf = (values: Journal['values'] = {}): Journal => ({ steps: {}, values, logLines: 0 });

describe(openEnvironment, () => {
  const environments = new OneEnvironment();
  const parts = { environments, payloads: new MemoryPayloadStore(), clock: new FixedClock() };
  const state = { attempt: 1, request: { deploymentId: 'dep_1' } } as unknown as ExistingRun;
  const run = { runId: 'run_1', project: 'prj_1', revision: 1, state };
  const open = (journal: Journal) => openEnvironment({ ...run, journal }, parts);
  const recorded: Record<string, Journal['values'][string]> = {};

  it('records the variables, and of secrets the versions alone', async () => {
    const opened = await open(journalOf());
    expect(opened?.request).toEqual({ env: { REGION: 'eu' }, secrets: { KEY: 'first value' } });
    expect(opened?.redactor.text('the first value')).toBe('the ***');
    expect(environments.asked.at(-1)).toEqual({ deploymentId: 'dep_1' });
    const [step, more] = opened?.steps ?? [];
    if (step?.type !== 'StepCompleted' || more !== undefined) throw new Error('one step expected');
    expect(step.data.output).toEqual({
      inline: {
        environmentId: 'env_1',
        variables: { REGION: 'eu' },
        secrets: { KEY: 'sec_1.1' },
      },
    });
    recorded[step.data.key] = step.data.output;
  });

  it('records nothing twice, and asks for the environment the run began with', async () => {
    expect((await open(journalOf(recorded)))?.steps).toEqual([]);
    expect(environments.asked.at(-1)).toEqual({ deploymentId: 'dep_1', environmentId: 'env_1' });
  });

  it('keeps the variables and takes the secrets of today, and records which', async () => {
    environments.current = {
      environmentId: 'env_1',
      variables: { REGION: 'us' },
      secrets: { KEY: { value: 'second value', version: 'sec_1.2' } },
    };
    const opened = await open(journalOf(recorded));
    expect(opened?.request).toEqual({ env: { REGION: 'eu' }, secrets: { KEY: 'second value' } });
    const [step] = opened?.steps ?? [];
    if (step?.type !== 'StepCompleted') throw new Error('a step expected');
    expect(step.data.output).toMatchObject({
      inline: { variables: { REGION: 'eu' }, secrets: { KEY: 'sec_1.2' } },
    });
    const both = { ...recorded, [step.data.key]: step.data.output };
    expect(Object.keys(both)).toHaveLength(2);
    expect((await open(journalOf(both)))?.steps).toEqual([]);
  });

  it('finds nothing once the environment is gone', async () => {
    environments.current = undefined;
    expect(await open(journalOf(recorded))).toBeUndefined();
  });
});
