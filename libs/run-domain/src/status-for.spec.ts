import { RUN_STATUSES } from './status';
import { statusFor } from './status-for';

describe(statusFor, () => {
  it('says at the automation door what its contract says', () => {
    expect(RUN_STATUSES.map((status) => statusFor('automation', status))).toEqual([
      ...Array<string>(6).fill('running'),
      'completed',
      'failed',
      'timeout',
      'failed',
      'failed',
      'canceled',
      'failed',
      'dead_letter',
    ]);
  });

  it('says at the pipelines door what its contract says', () => {
    expect(RUN_STATUSES.map((status) => statusFor('pipelines', status))).toEqual([
      'pending',
      'pending',
      'pending',
      'running',
      'running',
      'running',
      'success',
      'failed',
      'failed',
      'failed',
      'failed',
      'cancelled',
      'cancelled',
      'failed',
    ]);
  });

  it('says the canonical status at the jobs door', () => {
    expect(RUN_STATUSES.map((status) => statusFor('jobs', status))).toEqual([...RUN_STATUSES]);
  });

  it('calls a pipeline run that a gate refused blocked, and no other', () => {
    expect(statusFor('pipelines', 'waiting', { refusedByGate: true })).toBe('blocked');
    expect(statusFor('pipelines', 'completed', { refusedByGate: true })).toBe('success');
  });
});
