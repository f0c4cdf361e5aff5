import { UnavailableError } from '@runnel/errors';
import { createLogger } from '@runnel/telemetry';
import { waitFor } from '@runnel/testing';

import { SampleSource, scheduled } from '../testing/schedule-samples.contract';
import { ScheduleFollower } from './schedule-follower';
import { Timetable } from './timetable';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const changed = (...deploymentIds: string[]) => ({
  project: 'prj_a',
  deploymentIds,
  webhookIds: [],
  apiKeyHashes: [],
});

let source: SampleSource;
let timetable: Timetable;
let follower: ScheduleFollower;
const due = () => [...timetable.due(NOON + 60_000)].map(({ target }) => target.deploymentId);
const settled = () => waitFor(() => due().length, { what: 'something due', until: (n) => n > 0 });

beforeEach(() => {
  source = new SampleSource();
  source.deployments = ['dep_1', 'dep_2'].map((id) => scheduled(id, '* * * * *', NOON));
  timetable = new Timetable();
  follower = new ScheduleFollower(source, timetable, createLogger('test', 'fatal'));
});
afterEach(() => follower.stop());

describe(ScheduleFollower, () => {
  it('reads all definitions at the start, also when they are not there at once', async () => {
    source.down = new UnavailableError('deployments', 'down');
    follower.start();
    await waitFor(() => source.asked.length, { what: 'a first try' });
    expect(timetable.isLoaded).toBe(false);
    source.down = undefined;
    await settled();
    expect(due()).toEqual(['dep_1', 'dep_2']);
  });

  it('fires nothing of what a notice names until it has read it', async () => {
    follower.start();
    await settled();
    source.down = new UnavailableError('deployments', 'down');
    follower.heard(changed('dep_1'));
    expect(due()).toEqual(['dep_2']);
    await waitFor(() => source.asked.length > 1, { what: 'a try' });
    source.deployments = [scheduled('dep_1', '* * * * *', NOON)];
    source.down = undefined;
    await waitFor(() => due().includes('dep_1'), { what: 'dep_1 to be read' });
    expect(due()).toEqual(['dep_1', 'dep_2']);
    expect(source.asked.at(-1)).toEqual(['dep_1']);
  });

  it('forgets what is no longer active, and learns what is new', async () => {
    follower.start();
    await settled();
    source.deployments = [scheduled('dep_3', '* * * * *', NOON)];
    follower.heard(changed('dep_1', 'dep_3'));
    await waitFor(() => due().includes('dep_3'), { what: 'dep_3' });
    expect(due()).toEqual(['dep_2', 'dep_3']);
  });

  it('reads all again when a notice says that all of a project changed', async () => {
    follower.start();
    await settled();
    source.deployments = [scheduled('dep_2', '0 0 1 1 *', NOON)];
    follower.heard(changed());
    expect(due()).toEqual([]);
    await waitFor(() => timetable.size === 1, { what: 'the change' });
    expect(due()).toEqual([]);
  });

  it('keeps holding, and reads again, what changed while it was read', async () => {
    follower.start();
    await settled();
    const answers: (() => void)[] = [];
    const read = source.ofDeployments.bind(source);
    source.ofDeployments = async (ids) => {
      const found = await read(ids);
      await new Promise<void>((resolve) => answers.push(resolve));
      return found;
    };
    follower.heard(changed('dep_1'));
    await waitFor(() => answers.length === 1, { what: 'the first reading' });
    source.deployments = [];
    follower.heard(changed('dep_1'));
    answers[0]?.();
    await waitFor(() => answers.length === 2, { what: 'the second reading' });
    expect([timetable.size, due()]).toEqual([2, ['dep_2']]);
    answers[1]?.();
    await waitFor(() => timetable.size === 1, { what: 'dep_1 to be gone' });
    expect(due()).toEqual(['dep_2']);
  });
});
