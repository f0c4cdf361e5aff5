import { deploymentTarget } from '../../testing/targets';
import { triggerAgain } from './trigger-again';

const hook = (nodeId: string) => ({ type: 'OnWebhook', nodeId });

describe(triggerAgain, () => {
  it('enters by the same node, and keeps what else the original says', () => {
    const target = deploymentTarget({ triggers: [hook('a'), hook('b')] });
    const original = { type: 'webhook', nodeId: 'b', endpointId: 'wep_1' } as const;
    expect(triggerAgain(original, target)).toEqual(original);
  });

  it('enters by the first node of the same type where the node is gone', () => {
    const target = deploymentTarget({
      triggers: [{ type: 'OnStart', nodeId: 'start' }, hook('new')],
    });
    expect(triggerAgain({ type: 'webhook', nodeId: 'gone' }, target).nodeId).toBe('new');
  });

  it('does not enter a node of the same name that is another trigger now', () => {
    const target = deploymentTarget({
      triggers: [{ type: 'OnStart', nodeId: 'a' }, hook('new')],
    });
    expect(triggerAgain({ type: 'webhook', nodeId: 'a' }, target).nodeId).toBe('new');
  });

  it('lets a manual run enter anywhere, On Start first', () => {
    const target = deploymentTarget({
      triggers: [hook('a'), { type: 'OnStart', nodeId: 'start' }],
    });
    expect(triggerAgain({ type: 'manual', nodeId: 'a' }, target).nodeId).toBe('a');
    expect(triggerAgain({ type: 'manual', nodeId: 'gone' }, target).nodeId).toBe('start');
  });

  it('refuses where the deployed version has no such trigger any more', () => {
    const target = deploymentTarget({ triggers: [{ type: 'OnStart', nodeId: 'start' }] });
    expect(() => triggerAgain({ type: 'schedule', nodeId: 'tick' }, target)).toThrow('OnSchedule');
  });
});
